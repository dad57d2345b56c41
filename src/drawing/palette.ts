// biome-ignore format: rows of six
/** Dark enough for white text, and distinguishable when they are adjacent. */
const colours = [
  '#c8102e', '#00695c', '#3949ab', '#b85c00', '#7b1fa2', '#2e7d32',
  '#ad1457', '#0277bd', '#6d4c41', '#5c6b00', '#4527a0', '#37474f',
] as const;

/** For products without a name: light within dark, visible on light and on dark packs. */
export const unnamedColours = { inner: '#e0e0e0', outer: '#404040' };

/**
 * A colour for each item of a picture. An item has the same one in every picture, unless another item already uses it there;
 * colours repeat if there are more items than colours.
 */
export function assignColours(itemIds: Iterable<string>): ReadonlyMap<string, string> {
  const assigned = new Map<string, string>();
  let free: string[] = [];
  // In the order of ids, so that the outcome does not depend on the places of the items.
  for (const id of [...new Set(itemIds)].sort()) {
    if (free.length === 0) free = [...colours];
    const [colour] = free.splice(freeAt(id, free), 1);
    assigned.set(id, colour!);
  }
  return assigned;
}

/** The item's own colour, or the next one that is free. */
function freeAt(id: string, free: readonly string[]): number {
  const own = [...id].reduce((hash, character) => (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0, 7);
  const inTurn = colours.map((_, step) => colours[(own + step) % colours.length]!);
  return free.indexOf(inTurn.find((colour) => free.includes(colour))!);
}
