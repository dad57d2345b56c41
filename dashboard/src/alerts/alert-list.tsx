import { useQuery } from '@apollo/client/react';
import type { ReactNode } from 'react';
import type { ShelfAlertFilter } from '../graphql/schema-types.generated.ts';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { AlertCard } from './alert-card.tsx';
import { type AlertFragment, ShelfAlertsDocument, type ShelfAlertsQuery } from './alerts.generated.ts';

interface AlertListProps {
  filter: ShelfAlertFilter;
  /** Whether each alert names its place. */
  showPlaces: boolean;
  /** What is shown where there is no alert. */
  empty: ReactNode;
}

/** The newest hundred alerts of a filter, as they are raised, acknowledged and cleared. Give it a `key` that changes with the filter. */
export function AlertList({ filter, showPlaces, empty }: AlertListProps) {
  const { data, error, refetch, updateQuery } = useQuery(ShelfAlertsDocument, {
    variables: { filter },
    fetchPolicy: 'network-only',
  });
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <AlertCard
      {...{ filter, showPlaces, empty }}
      alerts={data.shelfAlerts.nodes}
      totalCount={data.shelfAlerts.totalCount}
      eventCursor={data.eventCursor}
      onReload={() => void refetch()}
      onNew={(alert) =>
        updateQuery((_, { complete, previousData }) => (complete ? withNew(previousData, alert) : undefined))
      }
    />
  );
}

/** The alert first, and no more of the others than are read at once. */
function withNew(before: ShelfAlertsQuery, alert: AlertFragment): ShelfAlertsQuery {
  const { nodes, totalCount } = before.shelfAlerts;
  return {
    ...before,
    shelfAlerts: { ...before.shelfAlerts, totalCount: totalCount + 1, nodes: [alert, ...nodes].slice(0, 100) },
  };
}
