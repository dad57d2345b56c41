import { useSubscription } from '@apollo/client/react';
import { CircleCheckBig } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Link } from 'react-router';
import { useScope } from '../../scopes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Problem } from '../../ui/problem.tsx';
import { ReviewTabs } from '../review-tabs.tsx';
import { useKeys } from '../use-keys.ts';
import { ProposalRow } from './proposal-row.tsx';
import { ProposalChangesDocument } from './proposals.generated.ts';
import styles from './proposals.module.css';
import type { Proposals } from './proposals.ts';

interface ProposalsViewProps {
  proposals: Proposals;
  /** The stream has a gap: begin again with what is there now. */
  onGap(): void;
}

/** One row a proposal. Who may not approve can take proposals back. */
export function ProposalsView({ proposals, onGap }: ProposalsViewProps) {
  const mayApprove = useScope('TEACH');
  const { rows, selected, isReading, start, problem } = useSyncExternalStore(proposals.subscribe, proposals.state);
  const { error, restart } = useSubscription(ProposalChangesDocument, {
    variables: { after: start },
    skip: start === null,
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data }) {
      const event = data.data?.correctionEvents;
      if (event?.__typename === 'StreamResync') onGap();
      else if (event) proposals.apply(event);
    },
  });
  const next = () => proposals.move(1);
  const previous = () => proposals.move(-1);
  useKeys({
    j: next,
    arrowdown: next,
    k: previous,
    arrowup: previous,
    ...(mayApprove && { a: () => selected && proposals.approve(selected.id) }),
    r: () => selected && proposals.remove(selected.id),
  });

  return (
    <Page title="Review" aside={<ReviewTabs />}>
      {error && <Problem error={error} retry={restart} />}
      {problem !== null && <Problem error={new Error(problem)} retry={() => proposals.retry()} />}
      {rows.length > 0 && (
        <p className={styles.keys}>
          <kbd>J</kbd> and <kbd>K</kbd> choose the next and the previous one,{' '}
          {mayApprove && (
            <>
              <kbd>A</kbd> approves,{' '}
            </>
          )}
          <kbd>R</kbd> removes.
          {!mayApprove && ' They count once someone whose key has the scope TEACH has approved them.'}
        </p>
      )}
      <ul className={styles.rows} aria-label="Proposed corrections">
        {rows.map((row) => (
          <ProposalRow
            key={row.id}
            proposal={row}
            isSelected={row.id === selected?.id}
            onSelect={() => proposals.select(row.id)}
            onApprove={mayApprove ? () => proposals.approve(row.id) : null}
            onRemove={() => proposals.remove(row.id)}
          />
        ))}
      </ul>
      {rows.length === 0 && isReading && <Loading label="Reading proposed corrections" />}
      {rows.length === 0 && !isReading && problem === null && (
        <EmptyState icon={<CircleCheckBig aria-hidden />} title="No correction waits for approval">
          What people with the scope WRITE correct appears here. <Link to="/review">Go through doubtful facings</Link>
        </EmptyState>
      )}
    </Page>
  );
}
