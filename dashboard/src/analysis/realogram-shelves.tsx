import { Card } from '../ui/card.tsx';
import type { ItemColours } from '../ui/colour.ts';
import type { AnalysisDetailsFragment, DetectionFragment } from './analysis.generated.ts';
import styles from './realogram-shelves.module.css';
import type { Highlight } from './viewer/boxes.ts';

interface RealogramShelvesProps {
  realogram: NonNullable<AnalysisDetailsFragment['realogram']>;
  detections: readonly DetectionFragment[];
  colourOf: ItemColours;
  highlight: Highlight;
  onHover(detectionId: string | null): void;
  onSelect(detectionId: string | null): void;
}

/** The shelves from the top, each from the left, as they stand; what stands on something else is above it. */
export function RealogramShelves({
  realogram,
  detections,
  colourOf,
  highlight,
  onHover,
  onSelect,
}: RealogramShelvesProps) {
  const byId = new Map(detections.map((detection) => [detection.id, detection]));
  return (
    <Card title="Shelves">
      <ol className={styles.shelves}>
        {realogram.shelves.map((shelf) => (
          <li key={shelf.index} className={styles.shelf} aria-label={`Shelf ${shelf.index + 1}`}>
            {stacks(shelf.positions).map(([index, positions]) => (
              <div key={index} className={styles.stack}>
                {positions.map(({ detection: { id } }) => {
                  const item = byId.get(id)?.catalogItem ?? null;
                  const name = item?.name ?? 'Not in the catalogue';
                  return (
                    <button
                      key={id}
                      type="button"
                      className={styles.facing}
                      title={name}
                      aria-label={name}
                      aria-pressed={id === highlight.selected}
                      data-hovered={id === highlight.hovered || undefined}
                      style={{ background: colourOf(item?.id ?? null) }}
                      onClick={() => onSelect(id)}
                      onPointerEnter={() => onHover(id)}
                      onPointerLeave={() => onHover(null)}
                      onFocus={() => onHover(id)}
                      onBlur={() => onHover(null)}
                    />
                  );
                })}
              </div>
            ))}
          </li>
        ))}
      </ol>
    </Card>
  );
}

type Position = RealogramShelvesProps['realogram']['shelves'][number]['positions'][number];

/** Positions by their place from the left, the lowest last. */
function stacks(positions: readonly Position[]): [number, Position[]][] {
  const byIndex = Map.groupBy(positions, ({ index }) => index);
  return [...byIndex]
    .sort(([a], [b]) => a - b)
    .map(([index, stack]) => [index, stack.toSorted((a, b) => b.level - a.level)]);
}
