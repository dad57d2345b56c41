import { useMutation } from '@apollo/client/react';
import { Ban, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { ExportButton } from '../exports/export-button.tsx';
import { formatCount } from '../format/format.ts';
import { describeProblem } from '../graphql/describe-problem.ts';
import { newIdempotencyKey } from '../graphql/idempotency-key.ts';
import type { AnalysisFilter } from '../graphql/schema-types.generated.ts';
import type { Selection } from '../lists/use-selection.ts';
import { Button } from '../ui/button.tsx';
import { CancelSelectedDocument, RerunSelectedDocument } from './analyses.generated.ts';
import { DeleteAnalyses } from './delete-analyses.tsx';
import styles from './selection-bar.module.css';

interface SelectionBarProps {
  selection: Selection;
  filter: AnalysisFilter;
  /** What was asked for has been done: nothing is selected any more. */
  onDone(): void;
  /** Some of them are gone. */
  onDeleted(): void;
}

/** What can be done with the selected analyses, or exported of all that match. */
export function SelectionBar({ selection, filter, onDone, onDeleted }: SelectionBarProps) {
  const [outcome, setOutcome] = useState<string | null>(null);
  const [cancel, cancelling] = useMutation(CancelSelectedDocument);
  const [rerun, rerunning] = useMutation(RerunSelectedDocument);
  const ids = [...selection.names.keys()];
  const isNothing = ids.length === 0;

  const run = async (work: () => Promise<string>) => {
    setOutcome(null);
    setOutcome(await work().catch(describeProblem));
    onDone();
  };
  const cancelSelected = () =>
    run(async () => {
      const { data } = await cancel({ variables: { ids } });
      return describeResults(data?.cancelAnalyses.results ?? []);
    });
  const rerunSelected = () =>
    run(async () => {
      // Sent twice, for example after a timeout, it still runs once.
      const { data } = await rerun({ variables: { ids, idempotencyKey: newIdempotencyKey() } });
      const result = data!.rerunAnalyses;
      return 'batch' in result ? `${formatCount(result.batch.total)} submitted again.` : result.message;
    });

  return (
    <div className={styles.bar} role="toolbar" aria-label="Selected analyses">
      {!isNothing && (
        <>
          <span className={styles.count}>{formatCount(ids.length)} selected</span>
          <Button disabled={cancelling.loading} onClick={() => void cancelSelected()}>
            <Ban aria-hidden /> Cancel
          </Button>
          <Button disabled={rerunning.loading} onClick={() => void rerunSelected()}>
            <RotateCw aria-hidden /> Run again
          </Button>
        </>
      )}
      <DeleteAnalyses selected={selection.names} onDeleted={onDeleted} />
      <ExportButton filter={isNothing ? filter : { ids }} label={isNothing ? 'Export all' : 'Export selected'} />
      <span role="status" className={styles.outcome}>
        {outcome}
      </span>
    </div>
  );
}

type CancelResult = { __typename: string } & ({ message: string } | { status: string });

/** Results are one an analysis: what could not be cancelled is named by its reason. */
function describeResults(results: readonly CancelResult[]): string {
  const problems = results.flatMap((result) => ('message' in result ? [result.message] : []));
  const done = `${formatCount(results.length - problems.length)} cancelled.`;
  return [done, ...new Set(problems)].join(' ');
}
