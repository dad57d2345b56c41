import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
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

/**
 * Whenever the number of lines changes, the virtualizer lays out all of them anew: with each page that is read, 100,000 lines in the end.
 * It is told of as many lines as the next power of two, which changes seventeen times until then.
 */
const roomFor = (lineCount: number): number => 2 ** Math.ceil(Math.log2(Math.max(lineCount, 128)));

/** Draws the visible part of a list of any length; the page is what scrolls. */
export function VirtualRows<Row extends { id: string }>(props: VirtualRowsProps<Row>) {
  const { list, lineHeight, columns = 1, renderLine } = props;
  const element = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  // What stands above may grow or shrink with every rendering of the page, which scrolling alone is not.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page renders a line anew when it is rendered anew
  useLayoutEffect(() => setScrollMargin(element.current?.offsetTop ?? 0), [renderLine]);
  // Where more follows, a line without rows says that it is on its way.
  const lineCount = Math.ceil(list.length / columns) + (list.isComplete ? 0 : 1);
  const virtualizer = useVirtualizer({
    count: roomFor(lineCount),
    getScrollElement: () => element.current?.closest('main') ?? null,
    estimateSize: () => lineHeight,
    overscan: 4,
    scrollMargin,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured holds for one height
  useEffect(() => virtualizer.measure(), [virtualizer, lineHeight]);
  const lines = virtualizer.getVirtualItems().filter(({ index }) => index < lineCount);
  const first = (lines[0]?.index ?? 0) * columns;
  const last = ((lines.at(-1)?.index ?? 0) + 1) * columns - 1;
  useEffect(() => list.show(first, last), [list, first, last]);

  return (
    <div ref={element} className={styles.rows} role="presentation" style={{ height: lineCount * lineHeight }}>
      {lines.map(({ key, index, size, start }) => (
        <Line key={key} first={index * columns} height={size} top={start - scrollMargin} renderLine={renderLine} />
      ))}
    </div>
  );
}

interface LineProps {
  first: number;
  height: number;
  top: number;
  renderLine(first: number): ReactNode;
}

/** While the page scrolls, lines that stay in sight are not drawn anew: only their rows, with which `renderLine` changes, change them. */
const Line = memo(function Line({ first, height, top, renderLine }: LineProps) {
  return (
    <div className={styles.line} role="presentation" style={{ height, transform: `translateY(${top}px)` }}>
      {renderLine(first)}
    </div>
  );
});
