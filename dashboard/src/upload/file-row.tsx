import { Link } from 'react-router';
import { formatBytes, formatCount, formatShare } from '../format/format.ts';
import { Badge } from '../ui/badge.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import styles from './file-row.module.css';
import type { RunFile, Uploaded } from './upload-run.ts';

/** A file: on its way, being recognised, or why it is neither. */
export function FileRow({ file }: { file: RunFile }) {
  const { name, byteSize, analysis } = file;
  return (
    <li className={styles.row}>
      <span className={styles.name}>
        {analysis !== null && isShown(analysis) ? <Link to={addressOf(analysis)}>{name}</Link> : name}
      </span>
      <span className={styles.size}>{formatBytes(byteSize)}</span>
      <State file={file} />
    </li>
  );
}

/** A video can be watched while it is analysed. */
function isShown(analysis: Uploaded): boolean {
  return analysis.status === 'SUCCEEDED' || (analysis.__typename === 'VideoAnalysis' && analysis.status === 'RUNNING');
}

function addressOf({ __typename, id }: Uploaded): string {
  return __typename === 'VideoAnalysis' ? `/videos/${id}` : `/analyses/${id}`;
}

function describe(analysis: Uploaded): string {
  if (analysis.__typename === 'Analysis')
    return analysis.status === 'SUCCEEDED' ? ` ${formatCount(analysis.detectionCount)} found` : '';
  return analysis.status === 'RUNNING' && analysis.progress !== null ? ` ${formatShare(analysis.progress)}` : '';
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
        {describe(analysis)}
      </span>
    );
  if (sentShare === null) return <span className={styles.state}>Waiting</span>;
  return <progress className={styles.state} aria-label={`Sending ${name}`} max={1} value={sentShare} />;
}
