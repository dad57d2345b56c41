import { useApolloClient } from '@apollo/client/react';
import { type ChangeEvent, useRef, useState } from 'react';
import { formatCount, formatShare } from '../format/format.ts';
import { acceptedFiles } from '../pictures/media-type.ts';
import { BoxedPicture } from '../ui/boxed-picture.tsx';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import type { PreviewAnalysisFragment } from './preview.generated.ts';
import { runPreview } from './run-preview.ts';
import type { Abilities, Settings } from './task-settings.ts';
import type { TaskRowFragment } from './tasks.generated.ts';

interface TaskPreviewProps {
  /** null: a new one. */
  task: TaskRowFragment | null;
  settings: Settings;
  abilities: Abilities;
}

/** What a picture gives under the settings as they are in the form, before they are saved. */
export function TaskPreview({ task, settings, abilities }: TaskPreviewProps) {
  const apollo = useApolloClient();
  const input = useRef<HTMLInputElement>(null);
  const [isRunning, setIsRunning] = useState(false);
  const [analysis, setAnalysis] = useState<PreviewAnalysisFragment | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const [picture] = target.files ?? [];
    if (!picture) return;
    setIsRunning(true);
    setAnalysis(null);
    setProblem(null);
    runPreview(apollo, { task, settings, abilities, picture })
      .then(setAnalysis, setProblem)
      .finally(() => setIsRunning(false));
    // So that the same file can be chosen again.
    target.value = '';
  };
  return (
    <>
      <p>See what a picture of yours gives under these settings before you save them. It costs an analysis.</p>
      <Button disabled={isRunning} onClick={() => input.current?.click()}>
        Try a picture
      </Button>
      <input ref={input} type="file" hidden accept={acceptedFiles} aria-label="Try a picture" onChange={choose} />
      <p role="status">{isRunning ? 'Analysing…' : analysis && describe(analysis)}</p>
      {problem !== null && <Problem error={problem} />}
      {analysis && (
        <BoxedPicture image={analysis.image} detections={analysis.detections} alt="The picture with what was found" />
      )}
    </>
  );
}

function describe({ accepted, labels, detections }: PreviewAnalysisFragment): string {
  const named = detections.filter(({ catalogItem }) => catalogItem !== null).length;
  if (accepted !== null) return accepted ? 'The picture is accepted.' : 'The picture is not accepted.';
  if (labels.length > 0) return labels.map(({ name, confidence }) => `${name} ${formatShare(confidence)}`).join(', ');
  return `Facings: ${formatCount(detections.length)}, of which in the catalogue: ${formatCount(named)}.`;
}
