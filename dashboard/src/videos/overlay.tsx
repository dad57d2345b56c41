import type { ItemColours } from '../ui/colour.ts';
import styles from './player.module.css';
import { useMoment, type Watched } from './use-moment.ts';

export interface Linked {
  /** Numbers of tracks. */
  hovered: number | null;
  selected: number | null;
  onHover(track: number | null): void;
  onSelect(track: number | null): void;
  colourOf: ItemColours;
}

/** The boxes of the moment over the video; the list of tracks is the same for who does not see them. */
export function Overlay({ watched, linked }: { watched: Watched; linked: Linked }) {
  const moment = useMoment(watched);
  if (moment === null) return null;
  const { hovered, selected, onHover, onSelect, colourOf } = linked;
  return (
    <svg
      className={styles.overlay}
      viewBox={`0 0 ${moment.width} ${moment.height}`}
      // As the video is fitted into its stage.
      preserveAspectRatio="xMidYMid meet"
      aria-hidden
    >
      {moment.detections.map(({ track, box, catalogItem, label }, index) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the list of tracks does the same for the keyboard
        <rect
          key={track ?? `untracked ${index}`}
          {...{ x: box.x, y: box.y, width: box.width, height: box.height }}
          stroke={colourOf(catalogItem?.id ?? null)}
          data-track={track ?? undefined}
          data-hovered={(track !== null && track === hovered) || undefined}
          data-selected={(track !== null && track === selected) || undefined}
          onPointerEnter={() => onHover(track)}
          onPointerLeave={() => onHover(null)}
          onClick={() => onSelect(track === selected ? null : track)}
        >
          <title>{catalogItem?.name ?? label ?? 'Not in the catalogue'}</title>
        </rect>
      ))}
    </svg>
  );
}
