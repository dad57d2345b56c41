import { ImageOff } from 'lucide-react';
import { Picture } from '../pictures/picture.tsx';
import type { ItemTileFragment } from './catalog.generated.ts';
import { ItemStatusBadge } from './item-status-badge.tsx';
import styles from './item-tile.module.css';

export function ItemTile({ item, onOpen }: { item: ItemTileFragment; onOpen(): void }) {
  const { name, brand, customId, status, failure, thumbnail } = item;
  return (
    <button type="button" className={styles.tile} onClick={onOpen}>
      <span className={styles.picture}>
        {thumbnail.url !== null ? (
          <Picture url={thumbnail.url} alt="" loading="lazy" decoding="async" />
        ) : (
          <ImageOff aria-hidden />
        )}
      </span>
      <span className={styles.name}>{name}</span>
      <span className={styles.soft}>{failure?.message ?? brand ?? customId ?? ' '}</span>
      <span className={styles.status}>
        <ItemStatusBadge status={status} />
      </span>
    </button>
  );
}
