import { memo, useEffect, useRef } from 'react';
import { formatShare } from '../format/format.ts';
import type { ItemColours } from '../ui/colour.ts';
import type { DetectionFragment } from './analysis.generated.ts';
import styles from './detection-list.module.css';
import type { Highlight } from './viewer/boxes.ts';

interface DetectionListProps {
  detections: readonly DetectionFragment[];
  colourOf: ItemColours;
  highlight: Highlight;
  onHover(detectionId: string | null): void;
  onSelect(detectionId: string | null): void;
}

/** What was found, by item. What the pointer or the focus is on lights up in the picture, and the other way round. */
export function DetectionList({ detections, colourOf, highlight, onHover, onSelect }: DetectionListProps) {
  const sorted = detections.toSorted(byItem);
  return (
    <ul className={styles.list} aria-label="What was found">
      {sorted.map((detection) => (
        <Row
          key={detection.id}
          detection={detection}
          colour={colourOf(detection.catalogItem?.id ?? null)}
          isHovered={detection.id === highlight.hovered}
          isSelected={detection.id === highlight.selected}
          onHover={onHover}
          onSelect={onSelect}
        />
      ))}
    </ul>
  );
}

/** Named items by their names, then what is in no catalogue; the most certain first. */
function byItem(a: DetectionFragment, b: DetectionFragment): number {
  if (a.catalogItem && b.catalogItem)
    return a.catalogItem.name.localeCompare(b.catalogItem.name) || b.confidence - a.confidence;
  return Number(a.catalogItem === null) - Number(b.catalogItem === null) || b.confidence - a.confidence;
}

interface RowProps {
  detection: DetectionFragment;
  colour: string;
  isHovered: boolean;
  isSelected: boolean;
  onHover(detectionId: string | null): void;
  onSelect(detectionId: string | null): void;
}

/** Only the rows that change are rendered again while the pointer moves over 500 of them. */
const Row = memo(function Row({ detection, colour, isHovered, isSelected, onHover, onSelect }: RowProps) {
  const { id, catalogItem, confidence } = detection;
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isSelected) element.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  return (
    <li ref={element} className={styles.item}>
      <button
        type="button"
        className={styles.row}
        aria-pressed={isSelected}
        data-hovered={isHovered || undefined}
        onClick={() => onSelect(isSelected ? null : id)}
        onPointerEnter={() => onHover(id)}
        onPointerLeave={() => onHover(null)}
        onFocus={() => onHover(id)}
        onBlur={() => onHover(null)}
      >
        <span className={styles.dot} style={{ background: colour }} />
        <span className={styles.name}>{catalogItem?.name ?? 'Not in the catalogue'}</span>
        <span className={styles.confidence}>{formatShare(confidence)}</span>
      </button>
    </li>
  );
});
