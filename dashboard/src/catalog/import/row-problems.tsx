import { useQuery } from '@apollo/client/react';
import { useEffect } from 'react';
import { formatCount } from '../../format/format.ts';
import { Problem } from '../../ui/problem.tsx';
import { ImportProblemsDocument } from './import.generated.ts';
import styles from './row-problems.module.css';

interface RowProblemsProps {
  importId: string;
  /** How many there are by now: when there are more, they are read again. */
  count: number;
}

/** What is wrong with which row, in the API's words: the first hundred. */
export function RowProblems({ importId, count }: RowProblemsProps) {
  const { data, error, refetch } = useQuery(ImportProblemsDocument, {
    variables: { id: importId },
    fetchPolicy: 'no-cache',
    // An answer on its way may be older than the problem that is asked for.
    context: { queryDeduplication: false },
  });
  const rows = data?.node?.__typename === 'CatalogImport' ? data.node.rows.nodes : null;
  const isBehind = rows !== null && rows.length < Math.min(count, 100);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each further problem is a reason to read again
  useEffect(() => {
    if (isBehind) void refetch();
  }, [isBehind, count, refetch]);

  if (error) return <Problem error={error} retry={() => void refetch()} />;
  return (
    <>
      <ul className={styles.rows} aria-label="Problems by row">
        {rows?.map(({ row, customId, message }) => (
          <li key={row}>
            <strong>
              Row {formatCount(row)}
              {customId !== null && ` (${customId})`}
            </strong>{' '}
            {message}
          </li>
        ))}
      </ul>
      {rows !== null && count > rows.length && (
        <p>
          The first {formatCount(rows.length)} of {formatCount(count)} are shown.
        </p>
      )}
    </>
  );
}
