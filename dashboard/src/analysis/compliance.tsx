import { Link } from 'react-router';
import { formatCount, formatShare } from '../format/format.ts';
import { fileLink } from '../graphql/file-link.ts';
import { lookOf, PositionBadge } from '../planograms/position-status.tsx';
import { Card } from '../ui/card.tsx';
import type { AnalysisDetailsFragment } from './analysis.generated.ts';
import styles from './findings.module.css';

interface ComplianceProps {
  compliance: NonNullable<AnalysisDetailsFragment['compliance']>;
  /** Of the planogram and what differs from it. */
  drawingUrl: string | null;
}

/** How the picture agrees with its planogram. */
export function Compliance({ compliance, drawingUrl }: ComplianceProps) {
  const { score, planogram, planogramVersion, positions, unplanned } = compliance;
  const ordered = positions.toSorted((a, b) => lookOf(a.status).rank - lookOf(b.status).rank);
  return (
    <Card
      title={score === null ? 'Compliance: no score' : `Compliance: ${formatShare(score)}`}
      actions={
        drawingUrl !== null && (
          <a href={fileLink(drawingUrl)} target="_blank" rel="noreferrer">
            Drawing
          </a>
        )
      }
    >
      <p className={styles.note}>
        {planogram ? <Link to={`/planograms/${planogram.id}`}>{planogram.name}</Link> : 'Planogram'}, version{' '}
        {formatCount(planogramVersion)}.
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
            <PositionBadge status={status} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
