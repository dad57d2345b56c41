import { useQuery, useSubscription } from '@apollo/client/react';
import { useState } from 'react';
import { NavLink } from 'react-router';
import { formatCount } from '../format/format.ts';
import { Badge } from '../ui/badge.tsx';
import { ProposalCountChangesDocument, ProposalCountDocument } from './proposals/count.generated.ts';
import styles from './review-tabs.module.css';

/** What there is to review: facings that are in doubt, and corrections that wait for approval. */
export function ReviewTabs() {
  const { data, refetch } = useQuery(ProposalCountDocument, { fetchPolicy: 'no-cache' });
  return (
    <nav className={styles.tabs} aria-label="What to review">
      <NavLink to="/review" end className={styles.tab}>
        In doubt
      </NavLink>
      <NavLink to="/review/proposed" className={styles.tab}>
        Proposed
        {data && (
          <ProposalCount
            // Another position of the log is another count.
            key={data.eventCursor}
            start={data.corrections.totalCount}
            after={data.eventCursor}
            onGap={() => void refetch()}
          />
        )}
      </NavLink>
    </nav>
  );
}

function ProposalCount({ start, after, onGap }: { start: number; after: string; onGap(): void }) {
  const [count, setCount] = useState(start);
  useSubscription(ProposalCountChangesDocument, {
    variables: { after },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data }) {
      const event = data.data?.correctionEvents;
      if (event?.__typename === 'StreamResync') onGap();
      else if (event) setCount((before) => before + isProposed(event.status) - isProposed(event.previousStatus));
    },
  });
  return count > 0 && <Badge tone="busy">{formatCount(count)}</Badge>;
}

const isProposed = (status: string | null): number => (status === 'PROPOSED' ? 1 : 0);
