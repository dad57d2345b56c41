import { Link } from 'react-router';
import { formatBytes, formatCount } from '../format/format.ts';
import { Badge } from '../ui/badge.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import styles from './file-row.module.css';
import type { RunFile } from './upload-run.ts';

/** A file: on its way, being recognised, or why it is neither. */
export function FileRow({ file }: { file: RunFile }) {
  const { name, byteSize, analysis } = file;
  return (
    <li className={styles.row}>
      <span className={styles.name}>
        {analysis?.status === 'SUCCEEDED' ? <Link to={`/analyses/${analysis.id}`}>{name}</Link> : name}
      </span>
      <span className={styles.size}>{formatBytes(byteSize)}</span>
      <State file={file} />
    </li>
  );
}

function State({ file: { name, sentShare, problem, analysis } }: { file: RunFile }) {
  const reason = problem ?? analysis?.failure?.message;
  if (reason != null)
    return (
      <span className={styles.state}>
        <Badge tone="bad">Failed</Badge> {reason}
      </span>
    );
  if (analysis !== null && analysis.status !== 'AWAITING_UPLOAD')
    return (
      <span className={styles.state}>
        <StatusBadge status={analysis.status} />
        {analysis.status === 'SUCCEEDED' && ` ${formatCount(analysis.detectionCount)} found`}
      </span>
    );
  if (sentShare === null) return <span className={styles.state}>Waiting</span>;
  return <progress className={styles.state} aria-label={`Sending ${name}`} max={1} value={sentShare} />;
}
