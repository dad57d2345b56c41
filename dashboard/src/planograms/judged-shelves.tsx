import { ImageOff } from 'lucide-react';
import { formatCount } from '../format/format.ts';
import type { PositionStatus } from '../graphql/schema-types.generated.ts';
import { Picture } from '../pictures/picture.tsx';
import styles from './planogram-drawing.module.css';
import { lookOf, PositionBadge } from './position-status.tsx';

/** A planned position, as pictures show it. */
export interface JudgedPosition {
  shelf: number;
  position: number;
  status: PositionStatus;
  /** Of the planned products, those that the pictures would show. */
  visible: number;
  found: number;
  catalogItem: { id: string; name: string; thumbnail: { url: string | null } | null };
}

/** The planned shelves from the top, each from the left, with how every position looks. */
export function JudgedShelves({ positions }: { positions: readonly JudgedPosition[] }) {
  const shelves = Map.groupBy(positions, ({ shelf }) => shelf);
  return (
    // It scrolls sideways: the keyboard reaches it.
    <section className={styles.scroll} tabIndex={0} aria-label="The planned shelves, and what is there">
      <ol className={styles.shelves}>
        {[...shelves].map(([shelf, onShelf]) => (
          <li key={shelf} aria-label={`Planned shelf ${formatCount(shelf + 1)}`}>
            <ul className={styles.positions}>
              {onShelf.map((position) => (
                <Position key={position.position} position={position} />
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Position({ position: { catalogItem, status, visible, found } }: { position: JudgedPosition }) {
  const picture = catalogItem.thumbnail?.url;
  const { tone } = lookOf(status);
  return (
    <li className={styles.position}>
      <span className={styles.facings} aria-hidden>
        <span className={`${styles.judged} ${styles[tone]}`}>
          {picture ? <Picture url={picture} alt="" loading="lazy" decoding="async" /> : <ImageOff />}
        </span>
      </span>
      <span className={styles.label}>
        <b>{catalogItem.name}</b>
        <PositionBadge status={status} />
        {visible > 0 && (
          <small>
            {formatCount(found)} of {formatCount(visible)}
          </small>
        )}
      </span>
    </li>
  );
}
