import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ListWindow } from './list-window.ts';
import styles from './virtual-rows.module.css';

interface VirtualRowsProps<Row extends { id: string }> {
  list: ListWindow<Row>;
  /** Pixels that each line takes, its gap included. */
  lineHeight: number;
  /** Rows of the list that stand side by side. Default 1. */
  columns?: number;
  /** What stands in a line, from the row `first` of the list on. */
  renderLine(first: number): ReactNode;
}

/** Draws the visible part of a list of any length; the page is what scrolls. */
export function VirtualRows<Row extends { id: string }>(props: VirtualRowsProps<Row>) {
  const { list, lineHeight, columns = 1, renderLine } = props;
  const element = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  // What stands above may grow or shrink with every rendering.
  useLayoutEffect(() => setScrollMargin(element.current?.offsetTop ?? 0));
  const virtualizer = useVirtualizer({
    count: Math.ceil(list.length / columns),
    getScrollElement: () => element.current?.closest('main') ?? null,
    estimateSize: () => lineHeight,
    overscan: 4,
    scrollMargin,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured holds for one height
  useEffect(() => virtualizer.measure(), [virtualizer, lineHeight]);
  const lines = virtualizer.getVirtualItems();
  const first = (lines[0]?.index ?? 0) * columns;
  const last = ((lines.at(-1)?.index ?? 0) + 1) * columns - 1;
  useEffect(() => list.show(first, last), [list, first, last]);

  return (
    <div ref={element} className={styles.rows} role="presentation" style={{ height: virtualizer.getTotalSize() }}>
      {lines.map((line) => (
        <div
          key={line.key}
          className={styles.line}
          role="presentation"
          style={{ height: line.size, transform: `translateY(${line.start - scrollMargin}px)` }}
        >
          {renderLine(line.index * columns)}
        </div>
      ))}
    </div>
  );
}
