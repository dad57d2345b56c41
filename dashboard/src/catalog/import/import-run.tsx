import { useSubscription } from '@apollo/client/react';
import { useEffect } from 'react';
import { formatCount } from '../../format/format.ts';
import { Problem } from '../../ui/problem.tsx';
import { Stat, Stats } from '../../ui/stat.tsx';
import { ImportProgressDocument, type ImportStateFragment } from './import.generated.ts';
import styles from './import-run.module.css';
import { RowProblems } from './row-problems.tsx';

interface ImportRunProps {
  importId: string;
  /** Nothing is changed: it says what would be. */
  isDryRun: boolean;
  onEnd(state: ImportStateFragment): void;
}

/** An import, row by row as it is done. */
export function ImportRun({ importId, isDryRun, onEnd }: ImportRunProps) {
  const { data, error, restart } = useSubscription(ImportProgressDocument, {
    variables: { id: importId },
    fetchPolicy: 'no-cache',
    onData({ data: { data: received } }) {
      // A stream that begins anew begins with the current state.
      if (received?.catalogImportEvents.__typename === 'StreamResync') restart();
    },
  });
  const event = data?.catalogImportEvents;
  const state = event?.__typename === 'CatalogImportProgressed' ? event.catalogImport : null;
  const hasEnded = state !== null && state.status !== 'RUNNING';
  useEffect(() => {
    if (hasEnded) onEnd(state);
  }, [hasEnded, state, onEnd]);

  if (error) return <Problem error={error} retry={restart} />;
  if (state === null) return <p role="status">Waiting for a worker…</p>;
  const { total, created, updated, unchanged, failed, failure } = state;
  const done = created + updated + unchanged + failed;
  return (
    <>
      <progress className={styles.progress} aria-label="Rows done" max={total} value={done} />
      <p role="status">
        {hasEnded ? describeEnd(state, isDryRun) : `${formatCount(done)} of ${formatCount(total)} rows`}
      </p>
      <Stats>
        <Stat label={isDryRun ? 'To be created' : 'Created'} value={formatCount(created)} />
        <Stat label={isDryRun ? 'To be changed' : 'Changed'} value={formatCount(updated)} />
        <Stat label="Unchanged" value={formatCount(unchanged)} />
        <Stat label="Problems" value={formatCount(failed)} tone={failed > 0 ? 'bad' : undefined} />
      </Stats>
      {failure && <Problem error={failure} />}
      {failed > 0 && <RowProblems importId={importId} count={failed} />}
    </>
  );
}

function describeEnd({ status, failed }: ImportStateFragment, isDryRun: boolean): string {
  if (status === 'FAILED') return 'The import broke off. Rows that were done before stay as they are.';
  if (status === 'CANCELED')
    return isDryRun
      ? 'Cancelled. Nothing has been changed.'
      : 'Cancelled. Rows that were done before stay as they are.';
  if (isDryRun)
    return failed === 0
      ? 'Checked: every row can be imported. Nothing has been changed yet.'
      : 'Checked. Nothing has been changed yet. Correct the rows with problems, or import the others.';
  return failed === 0
    ? 'Imported.'
    : 'Imported, but for the rows with problems. Correct them and import the same table again: all other rows stay as they are.';
}
