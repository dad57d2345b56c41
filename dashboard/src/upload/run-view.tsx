import { useSyncExternalStore } from 'react';
import { formatBytes, formatCount } from '../format/format.ts';
import { Card } from '../ui/card.tsx';
import { Problem } from '../ui/problem.tsx';
import { BatchFollower } from './batch-follower.tsx';
import { FileRow } from './file-row.tsx';
import styles from './run-view.module.css';
import type { RunFile, UploadRun } from './upload-run.ts';
import { VideoFollower } from './video-follower.tsx';

/** The files of one lot: how far each is, and what was found. */
export function RunView({ run }: { run: UploadRun }) {
  const { files, batches, videos, problem } = useSyncExternalStore(run.subscribe, run.state);
  return (
    <Card title={describe(files)}>
      {batches.map((batch) => (
        <BatchFollower key={batch.id} batch={batch} onAnalysis={(analysis) => run.update(analysis)} />
      ))}
      {videos.map((ids) => (
        <VideoFollower key={ids[0]} ids={ids} onAnalysis={(analysis) => run.update(analysis)} />
      ))}
      {problem !== null && <Problem error={{ message: problem }} />}
      <progress
        className={styles.progress}
        aria-label="Analysed"
        max={files.length}
        value={files.filter(hasEnded).length}
      />
      <ul className={styles.files}>
        {files.map((file) => (
          <FileRow key={file.index} file={file} />
        ))}
      </ul>
    </Card>
  );
}

function hasEnded({ problem, analysis }: RunFile): boolean {
  return problem !== null || (analysis !== null && !['AWAITING_UPLOAD', 'QUEUED', 'RUNNING'].includes(analysis.status));
}

function describe(files: readonly RunFile[]): string {
  const byteSize = files.reduce((sum, file) => sum + file.byteSize, 0);
  const failed = files.filter(({ problem, analysis }) => problem !== null || analysis?.status === 'FAILED').length;
  const succeeded = files.filter(({ analysis }) => analysis?.status === 'SUCCEEDED').length;
  const parts = [`${formatCount(succeeded)} of ${formatCount(files.length)} recognised`];
  if (failed > 0) parts.push(`${formatCount(failed)} failed`);
  return `${parts.join(', ')} (${formatBytes(byteSize)})`;
}
