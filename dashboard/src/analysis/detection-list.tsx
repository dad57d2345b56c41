import { memo, useEffect, useMemo, useRef } from 'react';
import { formatCount, formatShare } from '../format/format.ts';
import type { ItemColours } from '../ui/colour.ts';
import styles from './detection-list.module.css';
import type { FoundProduct } from './found-product.ts';
import type { Highlight } from './viewer/boxes.ts';

interface DetectionListProps {
  detections: readonly FoundProduct[];
  colourOf: ItemColours;
  highlight: Highlight;
  onHover(detectionId: string | null): void;
  onSelect(detectionId: string | null): void;
}

/**
 * What was found, by item, a button for each facing. What the pointer or the focus is on lights up in the picture, and the other way
 * round.
 */
export function DetectionList({ detections, colourOf, highlight, onHover, onSelect }: DetectionListProps) {
  const groups = useMemo(() => groupByItem(detections), [detections]);
  return (
    <ul className={styles.list} aria-label="What was found">
      {groups.map(({ itemId, name, facings }) => (
        <li key={itemId ?? ''} className={styles.item}>
          <p className={styles.heading}>
            <span className={styles.dot} style={{ background: colourOf(itemId) }} />
            <span className={styles.name}>{name}</span>
            <b>{formatCount(facings.length)}</b>
          </p>
          <div className={styles.facings}>
            {facings.map((detection) => (
              <Facing
                key={detection.id}
                detection={detection}
                name={name}
                isHovered={detection.id === highlight.hovered}
                isSelected={detection.id === highlight.selected}
                onHover={onHover}
                onSelect={onSelect}
              />
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

interface ItemGroup {
  itemId: string | null;
  name: string;
  /** The most certain first. */
  facings: FoundProduct[];
}

/** The items with the most facings first; what is in no catalogue last. */
function groupByItem(detections: readonly FoundProduct[]): ItemGroup[] {
  const groups = Map.groupBy(detections, ({ catalogItem }) => catalogItem?.id ?? null);
  return [...groups]
    .map(([itemId, facings]) => ({
      itemId,
      name: facings[0]?.catalogItem?.name ?? 'Not in the catalogue',
      facings: facings.toSorted((a, b) => b.confidence - a.confidence),
    }))
    .sort((a, b) => Number(a.itemId === null) - Number(b.itemId === null) || b.facings.length - a.facings.length);
}

interface FacingProps {
  detection: FoundProduct;
  name: string;
  isHovered: boolean;
  isSelected: boolean;
  onHover(detectionId: string | null): void;
  onSelect(detectionId: string | null): void;
}

/** Only the buttons that change are rendered again while the pointer moves over 500 of them. */
const Facing = memo(function Facing({ detection, name, isHovered, isSelected, onHover, onSelect }: FacingProps) {
  const { id, confidence } = detection;
  const element = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isSelected) element.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  return (
    <button
      ref={element}
      type="button"
      className={styles.facing}
      aria-label={`${name}, ${formatShare(confidence)}`}
      aria-pressed={isSelected}
      data-hovered={isHovered || undefined}
      onClick={() => onSelect(isSelected ? null : id)}
      onPointerEnter={() => onHover(id)}
      onPointerLeave={() => onHover(null)}
      onFocus={() => onHover(id)}
      onBlur={() => onHover(null)}
    >
      {formatShare(confidence)}
    </button>
  );
});
