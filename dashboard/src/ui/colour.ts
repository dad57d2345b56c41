/** Of what is in no catalogue. */
const unknown = '#9aa3b2';
/** Told apart on photographs. */
const colours = [
  '#f43f5e',
  '#3b82f6',
  '#10b981',
  '#f97316',
  '#d946ef',
  '#facc15',
  '#22d3ee',
  '#8b5cf6',
  '#84cc16',
  '#a16207',
  '#f9a8d4',
  '#0f766e',
];

/** The colour of a catalogue item. @param itemId null: in no catalogue */
export type ItemColours = (itemId: string | null) => string;

interface Named {
  catalogItem: { id: string } | null;
}

/**
 * Colours for what one picture shows. An item has the same colour in each picture, unless another one in the picture took it: as long
 * as there are enough, no two items share one.
 */
export function itemColours(detections: readonly Named[]): ItemColours {
  const chosen = new Map<string, number>();
  const taken = new Set<number>();
  // In the order of their ids, so that the same items give the same colours.
  for (const id of [...new Set(detections.flatMap(({ catalogItem }) => catalogItem?.id ?? []))].sort()) {
    if (taken.size === colours.length) taken.clear();
    let place = hash(id) % colours.length;
    while (taken.has(place)) place = (place + 1) % colours.length;
    taken.add(place);
    chosen.set(id, place);
  }
  return (itemId) =>
    itemId === null ? unknown : (colours[chosen.get(itemId) ?? hash(itemId) % colours.length] ?? unknown);
}

/** FNV-1a */
function hash(text: string): number {
  let value = 2_166_136_261;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 16_777_619);
  return value >>> 0;
}
