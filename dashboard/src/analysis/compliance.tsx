import { formatCount, formatShare } from '../format/format.ts';
import type { PositionStatus } from '../graphql/schema-types.generated.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import type { AnalysisDetailsFragment } from './analysis.generated.ts';
import styles from './findings.module.css';

/** In the order of the list: what differs, what says nothing, what is as planned. */
const statuses: Record<PositionStatus, { label: string; tone: Tone; rank: number }> = {
  MISSING: { label: 'Missing', tone: 'bad', rank: 0 },
  WRONG_ITEM: { label: 'Another item', tone: 'bad', rank: 0 },
  MISPLACED: { label: 'On another shelf', tone: 'warn', rank: 0 },
  OUT_OF_ORDER: { label: 'Out of order', tone: 'warn', rank: 0 },
  TOO_FEW_FACINGS: { label: 'Too few facings', tone: 'warn', rank: 0 },
  TOO_MANY_FACINGS: { label: 'Too many facings', tone: 'warn', rank: 0 },
  UNIDENTIFIED: { label: 'Not identified', tone: 'neutral', rank: 1 },
  NOT_SEEN: { label: 'Not in the picture', tone: 'neutral', rank: 1 },
  FOUND: { label: 'As planned', tone: 'good', rank: 2 },
};

interface ComplianceProps {
  compliance: NonNullable<AnalysisDetailsFragment['compliance']>;
}

/** How the picture agrees with its planogram. */
export function Compliance({ compliance }: ComplianceProps) {
  const { score, planogram, planogramVersion, positions, unplanned } = compliance;
  const ordered = positions.toSorted((a, b) => statuses[a.status].rank - statuses[b.status].rank);
  return (
    <Card title={score === null ? 'Compliance: no score' : `Compliance: ${formatShare(score)}`}>
      <p className={styles.note}>
        {planogram?.name ?? 'Planogram'}, version {formatCount(planogramVersion)}.
        {unplanned.length > 0 && ` Unplanned products: ${formatCount(unplanned.length)}.`}
      </p>
      <ul className={styles.list} tabIndex={0} aria-label="Planned positions">
        {ordered.map(({ shelf, position, status, visible, found, catalogItem }) => (
          <li key={`${shelf}-${position}`}>
            <span>
              {catalogItem.name}{' '}
              <small>
                Shelf {formatCount(shelf + 1)}, position {formatCount(position + 1)}: {formatCount(found)} of{' '}
                {formatCount(visible)}
              </small>
            </span>
            <Badge tone={statuses[status].tone}>{statuses[status].label}</Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}
