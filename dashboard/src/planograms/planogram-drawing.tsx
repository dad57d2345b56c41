import { useMemo } from 'react';
import { formatCount, formatFacings } from '../format/format.ts';
import { Picture } from '../pictures/picture.tsx';
import { itemColours } from '../ui/colour.ts';
import styles from './planogram-drawing.module.css';
import type { PlannedShelfFragment } from './planograms.generated.ts';

/** Of a facing: as wide as it is, where that is known. */
const pixelsPerMetre = 420;
const [usualWidth, narrowest, widest] = [40, 22, 130];

/** The shelves from the top, each from the left, with the picture of the product in every facing. */
export function PlanogramDrawing({ shelves }: { shelves: readonly PlannedShelfFragment[] }) {
  const colourOf = useMemo(() => itemColours(shelves.flatMap(({ positions }) => positions)), [shelves]);
  return (
    // It scrolls sideways: the keyboard reaches it.
    <section className={styles.scroll} tabIndex={0} aria-label="Drawing of the shelves">
      <ol className={styles.shelves}>
        {shelves.map(({ index, positions }) => (
          <li key={index} className={styles.shelf} aria-label={`Shelf ${formatCount(index + 1)}`}>
            {positions.length === 0 && <span className={styles.empty}>Nothing stands here.</span>}
            <ul className={styles.positions}>
              {positions.map((position) => (
                <PlannedPosition key={position.index} position={position} colour={colourOf(position.catalogItem.id)} />
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}

interface PlannedPositionProps {
  position: PlannedShelfFragment['positions'][number];
  colour: string;
}

function PlannedPosition({ position, colour }: PlannedPositionProps) {
  const { catalogItem, facings, stack, width } = position;
  const pixels = width === null ? usualWidth : Math.min(widest, Math.max(narrowest, width * pixelsPerMetre));
  const picture = catalogItem.thumbnail?.url;
  return (
    <li className={styles.position}>
      <span
        className={styles.facings}
        style={{ gridTemplateColumns: `repeat(${facings}, ${pixels}px)`, gridAutoRows: stack === 1 ? 62 : 38 }}
        aria-hidden
      >
        {Array.from({ length: facings * stack }, (_, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a place on the shelf, whatever stands there
          <span key={place} className={styles.facing} style={{ borderTopColor: colour }}>
            {picture && <Picture url={picture} alt="" loading="lazy" decoding="async" />}
          </span>
        ))}
      </span>
      <span className={styles.label}>
        <b>{catalogItem.name}</b>
        <small>
          {formatFacings(facings)}
          {stack > 1 && `, ${formatCount(stack)} high`}
        </small>
      </span>
    </li>
  );
}
