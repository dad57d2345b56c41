import { ImageOff, Pencil, ScanSearch } from 'lucide-react';
import { memo } from 'react';
import { Link } from 'react-router';
import { formatDateTime, formatShare } from '../format/format.ts';
import tile from '../lists/tile.module.css';
import { Picture } from '../pictures/picture.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import type { ImageRow } from './fetch-rows.ts';
import { nameOfImage } from './image-name.ts';
import { ImageStateBadge } from './image-state-badge.tsx';
import styles from './image-tile.module.css';
import type { Search, SearchName } from './search.ts';

/** Below the picture. */
export const textHeight = 118;

/** What the score of a search is, before its number. */
const scoreLabels: Record<SearchName, string> = {
  text: 'Match',
  item: 'Confidence',
  image: 'Similarity',
  upload: 'Similarity',
};

interface ImageTileProps {
  row: ImageRow;
  search: Search | null;
  isSelected: boolean;
  /** Null where nothing can be done with a selection. */
  onSelect: ((id: string, name: string) => void) | null;
  onFindSimilar(imageId: string): void;
  /** Null where nothing can be changed. */
  onEdit: ((imageId: string) => void) | null;
}

/** Tiles that stay as they are, are not rendered again with each page of the list that arrives. */
export const ImageTile = memo(function ImageTile(props: ImageTileProps) {
  const { row, search, isSelected, onSelect, onFindSimilar, onEdit } = props;
  const { id, image, score } = row;
  if (image === null) return <p className={styles.deleted}>This image has been deleted.</p>;
  const { url, createdAt, failure } = image;
  const name = nameOfImage(image);
  return (
    <>
      <Link to={`/analyses?image=${id}`} className={tile.link} title="Its analyses">
        <span className={tile.picture}>
          {url === null ? <ImageOff aria-hidden /> : <Picture url={url} alt="" loading="lazy" decoding="async" />}
        </span>
        <span className={tile.name}>{name}</span>
      </Link>
      {onSelect && (
        <input
          type="checkbox"
          className={tile.check}
          aria-label={`Select ${name}`}
          checked={isSelected}
          onChange={() => onSelect(id, name)}
        />
      )}
      <p className={styles.facts}>
        {search !== null && score !== null ? (
          <Badge>
            {scoreLabels[search.name]} {formatShare(score)}
          </Badge>
        ) : (
          <ImageStateBadge image={image} />
        )}
      </p>
      <p className={styles.soft}>{failure?.message ?? formatDateTime(createdAt)}</p>
      <div className={styles.actions}>
        <Button
          variant="ghost"
          className={styles.action}
          aria-label={`Find similar to ${name}`}
          disabled={url === null}
          onClick={() => onFindSimilar(id)}
        >
          <ScanSearch aria-hidden /> Find similar
        </Button>
        {onEdit && (
          <Button variant="ghost" className={styles.action} aria-label={`Edit ${name}`} onClick={() => onEdit(id)}>
            <Pencil aria-hidden />
          </Button>
        )}
      </div>
    </>
  );
});
