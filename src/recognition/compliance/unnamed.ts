import { spanOf } from './found-row.ts';
import { centreOf, leastGap, type SeenProduct, widthOf } from './seen.ts';
import type { Span } from './spans.ts';
import type { ShelfView } from './view-shelves.ts';

/**
 * Products without a name that may be the ones that a position lacks: those that stand among its products, or beside them where it would
 * have more of them. What is lacking because there is a gap is not among those.
 */
export function unnamedAround(
  view: ShelfView,
  position: number,
  { visible, stack }: { visible: number; stack: number },
): SeenProduct[] {
  const { seen, products } = view;
  const own = products[position]!;
  if (visible <= own.length || seen === null) return [];
  const span = spanOf(own)!;
  const before = products.slice(0, position).flat().at(-1);
  const after = products.slice(position + 1).flat()[0];
  const facingWidth = view.facingWidths[position]!;
  const planned = Math.ceil(visible / stack) * facingWidth;
  const room = Math.max(0, planned - widthOf(span) - emptyBeside(view, position, span));
  const reach = {
    left: Math.max(span.left - room, before?.right ?? Number.NEGATIVE_INFINITY),
    right: Math.min(span.right + room, after?.left ?? Number.POSITIVE_INFINITY),
  };
  return seen.products.filter(
    (product) => product.itemId === null && centreOf(product) > reach.left && centreOf(product) < reach.right,
  );
}

/** The width of the gaps on both sides. A gap beside a position that is missing is that one's. */
function emptyBeside(view: ShelfView, position: number, span: Span): number {
  const { seen, products, facingWidths, start } = view;
  const isMissing = (neighbour: number) => products[neighbour]?.length === 0;
  const before = seen!.products.filter(({ left }) => left < span.left).map(({ right }) => right);
  const after = seen!.products.filter(({ right }) => right > span.right).map(({ left }) => left);
  const edges = {
    left: before.length > 0 ? Math.max(...before) : start,
    right: after.length > 0 ? Math.min(...after) : null,
  };
  const gaps = [
    isMissing(position - 1) || edges.left === null ? 0 : span.left - edges.left,
    isMissing(position + 1) || edges.right === null ? 0 : edges.right - span.right,
  ];
  return gaps.filter((gap) => gap >= leastGap * facingWidths[position]!).reduce((sum, gap) => sum + gap, 0);
}
