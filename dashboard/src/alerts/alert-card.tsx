import { useMutation, useSubscription } from '@apollo/client/react';
import { BellRing, CheckCheck } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { formatCount } from '../format/format.ts';
import type { ShelfAlertFilter } from '../graphql/schema-types.generated.ts';
import { useScope } from '../scopes.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Problem } from '../ui/problem.tsx';
import styles from './alert-card.module.css';
import { eventFilterOf, matches } from './alert-filter.ts';
import { AlertLine } from './alert-line.tsx';
import { AcknowledgeAlertsDocument, type AlertFragment, ShelfAlertChangesDocument } from './alerts.generated.ts';

interface AlertCardProps {
  filter: ShelfAlertFilter;
  showPlaces: boolean;
  empty: ReactNode;
  /** Those that were read, and those that have been raised since. */
  alerts: readonly AlertFragment[];
  totalCount: number;
  eventCursor: string;
  onReload(): void;
  onNew(alert: AlertFragment): void;
}

/** Alerts, each with a button that says that somebody takes care of it. */
export function AlertCard(props: AlertCardProps) {
  const { filter, showPlaces, empty, alerts, totalCount, eventCursor, onReload, onNew } = props;
  const mayWrite = useScope('WRITE');
  const [acknowledge, { loading }] = useMutation(AcknowledgeAlertsDocument);
  const [problem, setProblem] = useState<unknown>(null);
  // The stream goes on by itself when the list is read again.
  const [after] = useState(eventCursor);
  useSubscription(ShelfAlertChangesDocument, {
    variables: { filter: eventFilterOf(filter), after },
    ignoreResults: true,
    onData({ data: { data } }) {
      const event = data?.shelfAlertEvents;
      if (event?.__typename === 'StreamResync') onReload();
      const alert = event?.__typename === 'ShelfAlertChanged' ? event.shelfAlert : null;
      if (alert && matches(filter, alert) && !alerts.some(({ id }) => id === alert.id)) onNew(alert);
    },
  });
  // An alert that has cleared stays in the cache as what it is now.
  const shown = alerts.filter((alert) => matches(filter, alert));
  const count = totalCount - (alerts.length - shown.length);
  const open = shown.filter(({ acknowledgedAt }) => acknowledgedAt === null).map(({ id }) => id);

  const take = async (ids: string[]) => {
    setProblem(null);
    const { data } = await acknowledge({ variables: { ids } });
    setProblem(data?.acknowledgeShelfAlerts.results.find((result) => 'message' in result) ?? null);
  };
  return (
    <Card
      title={shown.length === 0 ? 'No open alert' : `Open alerts: ${formatCount(count)}`}
      actions={
        mayWrite &&
        open.length > 1 && (
          <Button disabled={loading} onClick={() => void take(open).catch(setProblem)}>
            <CheckCheck aria-hidden /> Acknowledge all
          </Button>
        )
      }
    >
      {problem !== null && <Problem error={problem} />}
      {shown.length === 0 && (
        <p className={styles.empty}>
          <BellRing aria-hidden /> <span>{empty}</span>
        </p>
      )}
      <ul className={styles.list} aria-label="Open alerts">
        {shown.map((alert) => (
          <AlertLine
            key={alert.id}
            alert={alert}
            showPlace={showPlaces}
            onAcknowledge={mayWrite && !loading ? () => void take([alert.id]).catch(setProblem) : null}
          />
        ))}
      </ul>
      {count > shown.length && <p className={styles.empty}>The newest {formatCount(shown.length)} are shown.</p>}
    </Card>
  );
}
