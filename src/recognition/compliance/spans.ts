/** A stretch of a shelf, in pixels from the left edge of the picture. It may be outside the picture. */
export interface Span {
  left: number;
  right: number;
}

/**
 * Where the positions of a shelf are: those that were found where they were found, and those between and beside them where the plan
 * expects them.
 * @param widths of the positions, in pixels
 * @param found null: nothing of the position was found
 * @param ends where the shelf begins and ends; null: not known
 */
export function expectSpans(
  widths: readonly number[],
  found: readonly (Span | null)[],
  ends: { left: number | null; right: number | null },
): Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < widths.length; ) {
    const anchor = found[start];
    if (anchor) {
      spans.push(anchor);
      start += 1;
      continue;
    }
    let end = start;
    while (end < widths.length && !found[end]) end += 1;
    const before = start === 0 ? ends.left : found[start - 1]!.right;
    const after = end === widths.length ? ends.right : found[end]!.left;
    spans.push(...layOut(widths.slice(start, end), before, after));
    start = end;
  }
  return spans;
}

/** Side by side between two edges, as wide as there is room; with one edge, as wide as they are. */
function layOut(widths: readonly number[], before: number | null, after: number | null): Span[] {
  const total = widths.reduce((sum, width) => sum + width, 0);
  const start = before ?? (after ?? 0) - total;
  const room = before !== null && after !== null ? Math.max(0, after - before) : total;
  let left = start;
  return widths.map((width) => {
    const span = { left, right: left + (width * room) / total };
    left = span.right;
    return span;
  });
}

/** The part of a facing that must be inside a picture for it to be found; less than this was not seen. */
const seenPart = 0.75;

/** How many of the facings of a span lie within the part of the picture between two columns. */
export function countVisible(span: Span, facings: number, { from, to }: { from: number; to: number }): number {
  const width = (span.right - span.left) / facings;
  // Squeezed between two products that are in the picture.
  if (width <= 0) return span.left >= from && span.right <= to ? facings : 0;
  let visible = 0;
  for (let facing = 0; facing < facings; facing += 1) {
    const left = span.left + facing * width;
    const inside = Math.min(to, left + width) - Math.max(from, left);
    if (inside >= seenPart * width) visible += 1;
  }
  return visible;
}

/** How many more facings of this width there would be room for. */
export function fittingInto(room: number, width: number): number {
  return Math.max(0, Math.floor(room / width + 1 - seenPart));
}
