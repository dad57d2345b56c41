import { type ReactNode, useRef } from 'react';
import { useWidth } from '../ui/use-width.ts';
import type { ListWindow } from './list-window.ts';
import styles from './tile-grid.module.css';
import { VirtualRows } from './virtual-rows.tsx';

const gap = 16;

interface TileGridProps<Row extends { id: string }> {
  /** What the tiles are, for screen readers. */
  label: string;
  list: ListWindow<Row>;
  /** Pixels of a tile. Default 200. */
  narrowest?: number;
  /** Pixels below the picture, which is as high as three quarters of its width. */
  textHeight: number;
  /** The row is undefined while its page is fetched. */
  renderTile(row: Row | undefined): ReactNode;
}

/** A list of any length as pictures side by side, as many as there is room for. */
export function TileGrid<Row extends { id: string }>(props: TileGridProps<Row>) {
  const { label, list, narrowest = 200, textHeight, renderTile } = props;
  const element = useRef<HTMLDivElement>(null);
  const width = useWidth(element);
  const columns = Math.max(2, Math.floor((width + gap) / (narrowest + gap)));
  const tileWidth = (width - gap * (columns - 1)) / columns;
  const lineHeight = Math.round(tileWidth * 0.75) + textHeight + gap;
  return (
    <div ref={element} className={styles.grid} role="list" aria-label={label}>
      {width > 0 && (
        <VirtualRows
          list={list}
          columns={columns}
          lineHeight={lineHeight}
          renderLine={(first) => (
            <div className={styles.line} role="presentation" style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
              {Array.from(
                { length: list.isComplete ? Math.min(columns, list.length - first) : columns },
                (_, column) => {
                  const row = list.row(first + column);
                  return (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a place in the list, whatever stands there
                    <div key={first + column} className={styles.tile} role="listitem" aria-busy={row === undefined}>
                      {renderTile(row)}
                    </div>
                  );
                },
              )}
            </div>
          )}
        />
      )}
    </div>
  );
}
