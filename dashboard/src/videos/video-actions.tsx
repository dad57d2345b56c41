import { useMutation } from '@apollo/client/react';
import { Ban, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { DeleteAnalyses } from '../analyses/delete-analyses.tsx';
import { newIdempotencyKey } from '../graphql/idempotency-key.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { CancelVideoDocument, RerunVideoDocument } from './video.generated.ts';

interface VideoActionsProps {
  id: string;
  /** Of the video. */
  name: string;
  hasEnded: boolean;
  /** false: the video has been deleted. */
  canRerun: boolean;
}

/** Ends an analysis that runs; analyses the video again with the settings that the task has by now; deletes what was found. */
export function VideoActions({ id, name, hasEnded, canRerun }: VideoActionsProps) {
  const navigate = useNavigate();
  const [problem, setProblem] = useState<unknown>(null);
  const [cancel, cancelling] = useMutation(CancelVideoDocument);
  const [rerun, rerunning] = useMutation(RerunVideoDocument);

  const cancelIt = async () => {
    const { data } = await cancel({ variables: { id } });
    const [result] = data?.cancelAnalyses.results ?? [];
    if (result && 'message' in result) setProblem(result);
  };
  const rerunIt = async () => {
    // Sent twice, for example after a timeout, it still runs once.
    const { data } = await rerun({ variables: { id, idempotencyKey: newIdempotencyKey() } });
    const result = data!.rerunAnalyses;
    if ('message' in result) setProblem(result);
    else void navigate(`/videos/${result.videoAnalyses[0]!.id}`);
  };

  return (
    <>
      {problem !== null && <Problem error={problem} />}
      {!hasEnded && (
        <Button disabled={cancelling.loading} onClick={() => void cancelIt().catch(setProblem)}>
          <Ban aria-hidden /> Cancel
        </Button>
      )}
      {hasEnded && canRerun && (
        <Button disabled={rerunning.loading} onClick={() => void rerunIt().catch(setProblem)}>
          <RotateCw aria-hidden /> Run again
        </Button>
      )}
      {hasEnded && (
        <DeleteAnalyses
          selected={new Map([[id, name]])}
          onDeleted={() => void navigate('/videos', { replace: true })}
        />
      )}
    </>
  );
}
