import { useSubscription } from '@apollo/client/react';
import { Problem } from '../ui/problem.tsx';
import { UploadedVideoChangesDocument, type UploadedVideoFragment } from './upload.generated.ts';

interface VideoFollowerProps {
  /** Of their analyses. */
  ids: readonly string[];
  onAnalysis(analysis: UploadedVideoFragment): void;
}

/** Follows videos that were submitted together. The stream completes when all their analyses have ended. */
export function VideoFollower({ ids, onAnalysis }: VideoFollowerProps) {
  const { error, restart } = useSubscription(UploadedVideoChangesDocument, {
    variables: { ids: [...ids] },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data }) {
      const event = data.data?.videoEvents;
      if (event?.__typename !== 'VideoAnalysisStatusChanged' && event?.__typename !== 'VideoSecondAnalyzed') return;
      if (event.videoAnalysis !== null) onAnalysis(event.videoAnalysis);
    },
  });
  return error ? <Problem error={error} retry={restart} /> : null;
}
