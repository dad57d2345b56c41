import { formatCount, formatShare } from '../format/format.ts';
import { Card } from '../ui/card.tsx';
import type { ItemColours } from '../ui/colour.ts';
import type { AnalysisDetailsFragment } from './analysis.generated.ts';
import styles from './share-bars.module.css';

interface ShareBarsProps {
  shares: NonNullable<AnalysisDetailsFragment['shares']>;
  colourOf: ItemColours;
}

/** The share of the facings that each item takes; its share of the area and of the length beside it. */
export function ShareBars({ shares, colourOf }: ShareBarsProps) {
  return (
    <Card title="Share of shelf">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col">Facings</th>
            <th scope="col">Area</th>
            <th scope="col">Length</th>
          </tr>
        </thead>
        <tbody>
          {shares.map(({ catalogItem, facings, facingShare, areaShare, linearShare }) => (
            <tr key={catalogItem?.id ?? ''}>
              <th scope="row">
                {catalogItem?.name ?? 'Not in the catalogue'}
                <span className={styles.track} aria-hidden>
                  <span style={{ width: `${facingShare * 100}%`, background: colourOf(catalogItem?.id ?? null) }} />
                </span>
              </th>
              <td>
                {formatShare(facingShare)} <small>({formatCount(facings)})</small>
              </td>
              <td>{formatShare(areaShare)}</td>
              <td>{formatShare(linearShare)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
