import { formatCount, formatFacings, formatMoney } from '../format/format.ts';
import type { MeasureUnit } from '../graphql/schema-types.generated.ts';
import { Card } from '../ui/card.tsx';
import type { AnalysisDetailsFragment, DetectionFragment } from './analysis.generated.ts';
import styles from './findings.module.css';

const units: Record<MeasureUnit, string> = {
  FLUID_OUNCE: 'fl oz',
  GRAM: 'g',
  KILOGRAM: 'kg',
  LITRE: 'l',
  METRE: 'm',
  MILLILITRE: 'ml',
  OUNCE: 'oz',
  PIECE: 'piece',
  POUND: 'lb',
};

type PriceTag = NonNullable<AnalysisDetailsFragment['priceTags']>[number];

interface PriceTagsProps {
  tags: readonly PriceTag[];
  detections: readonly DetectionFragment[];
}

/** The price tags in the picture, from top to bottom, with the facings above each. */
export function PriceTags({ tags, detections }: PriceTagsProps) {
  const byId = new Map(detections.map(({ id, catalogItem }) => [id, catalogItem?.name ?? 'Not in the catalogue']));
  return (
    <Card title={tags.length === 0 ? 'No price tag' : `Price tags: ${formatCount(tags.length)}`}>
      <ul className={styles.list} tabIndex={0} aria-label="Price tags">
        {tags.map((tag, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: tags have no ids, and never change their order.
          <li key={index}>
            <span>
              <b>{describePrice(tag)}</b> {tag.name}{' '}
              <small>{[describeUnitPrice(tag), tag.barcode].filter(Boolean).join(', ')}</small>
            </span>
            <small>{formatFacings(tag.detections.length)}</small>
            <small>{[...new Set(tag.detections.flatMap(({ id }) => byId.get(id) ?? []))].join(', ')}</small>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function describePrice({ price, pieces, unitPrice }: PriceTag): string {
  if (price === null) return unitPrice === null ? 'No legible price' : '';
  return pieces === 1 ? formatMoney(price) : `${formatCount(pieces)} for ${formatMoney(price)}`;
}

/** €4.98 per kg, €0.50 per 100 g */
function describeUnitPrice({ unitPrice }: PriceTag): string {
  if (unitPrice === null) return '';
  const { price, quantity, unit } = unitPrice;
  return `${formatMoney(price)} per ${quantity === '1' ? '' : `${quantity} `}${units[unit]}`;
}
