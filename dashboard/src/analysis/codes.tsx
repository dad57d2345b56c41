import { formatCount } from '../format/format.ts';
import type { CodeFormat } from '../graphql/schema-types.generated.ts';
import { Card } from '../ui/card.tsx';
import type { ItemColours } from '../ui/colour.ts';
import type { AnalysisDetailsFragment, DetectionFragment } from './analysis.generated.ts';
import styles from './findings.module.css';
import type { Highlight } from './viewer/boxes.ts';

const formats: Record<CodeFormat, string> = {
  CODE_39: 'Code 39',
  CODE_128: 'Code 128',
  DATABAR: 'GS1 DataBar',
  DATABAR_EXPANDED: 'GS1 DataBar Expanded',
  DATABAR_LIMITED: 'GS1 DataBar Limited',
  DATA_MATRIX: 'Data Matrix',
  EAN_8: 'EAN-8',
  EAN_13: 'EAN-13',
  ITF_14: 'ITF-14',
  MICRO_QR_CODE: 'Micro QR code',
  QR_CODE: 'QR code',
  UPC_A: 'UPC-A',
  UPC_E: 'UPC-E',
};

interface CodesProps {
  codes: NonNullable<AnalysisDetailsFragment['codes']>;
  detections: readonly DetectionFragment[];
  colourOf: ItemColours;
  highlight: Highlight;
  onHover(detectionId: string | null): void;
  onSelect(detectionId: string | null): void;
}

/** The codes in the picture, each with the product that it is on, which a click chooses. */
export function Codes({ codes, detections, colourOf, highlight, onHover, onSelect }: CodesProps) {
  const byId = new Map(detections.map((detection) => [detection.id, detection]));
  return (
    <Card title={codes.length === 0 ? 'No code' : `Codes: ${formatCount(codes.length)}`}>
      <ul className={styles.list} tabIndex={0} aria-label="Codes">
        {codes.map(({ value, format, detection }, index) => {
          const product = byId.get(detection?.id ?? '');
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: codes have no ids, and never change their order.
            <li key={index}>
              <span>
                <code>{value}</code> <small>{formats[format]}</small>
              </span>
              {product ? (
                <button
                  type="button"
                  className={styles.product}
                  aria-pressed={product.id === highlight.selected}
                  data-hovered={product.id === highlight.hovered || undefined}
                  onClick={() => onSelect(product.id)}
                  onPointerEnter={() => onHover(product.id)}
                  onPointerLeave={() => onHover(null)}
                  onFocus={() => onHover(product.id)}
                  onBlur={() => onHover(null)}
                >
                  <span className={styles.dot} style={{ background: colourOf(product.catalogItem?.id ?? null) }} />
                  {product.catalogItem?.name ?? 'Not in the catalogue'}
                </button>
              ) : (
                <small>On no product</small>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
