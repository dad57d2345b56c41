import { useSubscription } from '@apollo/client/react';
import { Problem } from '../ui/problem.tsx';
import { type UploadedAnalysisFragment, UploadedChangesDocument } from './upload.generated.ts';
import type { RunBatch } from './upload-run.ts';

interface BatchFollowerProps {
  batch: RunBatch;
  onAnalysis(analysis: UploadedAnalysisFragment): void;
}

/** Follows a batch from before its first event. The stream completes when all its analyses have ended. */
export function BatchFollower({ batch, onAnalysis }: BatchFollowerProps) {
  const { error, restart } = useSubscription(UploadedChangesDocument, {
    variables: { batchId: batch.id, after: batch.eventCursor },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data }) {
      const event = data.data?.analysisEvents;
      if (event?.__typename === 'AnalysisStatusChanged' && event.analysis !== null) onAnalysis(event.analysis);
    },
  });
  return error ? <Problem error={error} retry={restart} /> : null;
}
