import { Link, useSearchParams } from 'react-router';
import { formatCount } from '../format/format.ts';
import { PositionBadge } from '../planograms/position-status.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { CheckField } from '../ui/field.tsx';
import { type Change, listDiffering, type Position, type PositionChange } from './differences.ts';
import type { Occasion } from './occasion.ts';
import styles from './occasion-card.module.css';

const changes: Record<Change, { label: string; tone: Tone }> = {
  WORSE: { label: 'Worse', tone: 'bad' },
  BETTER: { label: 'Better', tone: 'good' },
  OTHER: { label: 'Changed', tone: 'warn' },
  UNKNOWN: { label: 'Not known', tone: 'neutral' },
  SAME: { label: 'As before', tone: 'neutral' },
};

type Row = PositionChange & { id: string };

interface PositionChangesProps {
  /** null: there is nothing to compare with. */
  before: Occasion | null;
  after: Occasion;
  /** Of both. */
  positions: readonly PositionChange[];
}

/** The planned positions: how they changed, or how they are where there is nothing to compare with. */
export function PositionChanges({ before, after, positions }: PositionChangesProps) {
  const [params, setParams] = useSearchParams();
  const showAll = params.get('positions') === 'all';
  if (after.judged.length === 0 && (before === null || before.judged.length === 0))
    return (
      <Card title="Compliance">
        <p className={styles.soft}>
          No planogram counted for these pictures. Attach one to their task or place to see how the shelves agree with
          it.
        </p>
      </Card>
    );
  const differing = listDiffering(positions, before !== null);
  const shown = (showAll ? positions : differing).map((row) => ({ ...row, id: row.key }));
  const toggle = (checked: boolean) => {
    const next = new URLSearchParams(params);
    if (checked) next.set('positions', 'all');
    else next.delete('positions');
    setParams(next, { replace: true });
  };
  const noun = before === null ? 'Positions that differ from the plan' : 'Positions that changed';
  return (
    <Card
      title={`${noun}: ${formatCount(differing.length)}`}
      actions={
        <CheckField
          label={`All ${formatCount(positions.length)} positions`}
          checked={showAll}
          onChange={({ target }) => toggle(target.checked)}
        />
      }
    >
      {shown.length === 0 ? (
        <p className={styles.soft}>
          None: every position is {before === null ? 'as planned, or not seen' : 'as it was'}.
        </p>
      ) : (
        <DataTable label="positions" columns={before === null ? [item, now] : [change, item, was, now]} rows={shown} />
      )}
    </Card>
  );
}

const item: Column<Row> = {
  heading: 'Position',
  render: ({ before, after }) => {
    const { shelf, position, catalogItem } = (after ?? before)!;
    return (
      <>
        <b>{catalogItem.name}</b> <br />
        <small>{`shelf ${formatCount(shelf + 1)}, position ${formatCount(position + 1)}`}</small>
      </>
    );
  },
};
const change: Column<Row> = {
  heading: 'Change',
  render: ({ change: kind }) => <Badge tone={changes[kind].tone}>{changes[kind].label}</Badge>,
};
const was: Column<Row> = { heading: 'Before', render: ({ before }) => <State position={before} /> };
const now: Column<Row> = { heading: 'After', render: ({ after }) => <State position={after} /> };

function State({ position }: { position: Position | null }) {
  if (position === null) return 'Not planned';
  const { status, found, visible, analysis } = position;
  return (
    <>
      <PositionBadge status={status} />{' '}
      <Link to={`/analyses/${analysis.id}`}>
        {formatCount(found)} of {formatCount(visible)}
      </Link>
    </>
  );
}
