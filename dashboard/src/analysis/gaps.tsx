import { formatCount, formatFacings, formatShare } from '../format/format.ts';
import { Card } from '../ui/card.tsx';
import type { AnalysisDetailsFragment } from './analysis.generated.ts';
import styles from './findings.module.css';

interface GapsProps {
  gaps: NonNullable<AnalysisDetailsFragment['gaps']>;
  /** The part of the length of all shelves that is empty; null: the picture shows no products. */
  share: number | null;
}

/** The empty stretches of shelves, with what should stand there. */
export function Gaps({ gaps, share }: GapsProps) {
  return (
    <Card title={gaps.length === 0 ? 'No gap' : `Gaps: ${formatCount(gaps.length)}`}>
      {share !== null && <p className={styles.note}>{formatShare(share)} of the length of the shelves is empty.</p>}
      <ul className={styles.list} tabIndex={0} aria-label="Gaps">
        {gaps.map(({ catalogItem, facings }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: gaps have no ids, and never change their order.
          <li key={index}>
            <span>{catalogItem?.name ?? 'Item not known'}</span>
            <small>{formatFacings(facings)}</small>
          </li>
        ))}
      </ul>
    </Card>
  );
}
