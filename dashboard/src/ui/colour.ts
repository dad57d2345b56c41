/** Of what is in no catalogue. */
const unknown = '#9aa3b2';
/** Told apart on photographs, and neighbours in the list far from each other in hue. */
const colours = [
  '#6366f1',
  '#f59e0b',
  '#10b981',
  '#ef4444',
  '#06b6d4',
  '#d946ef',
  '#84cc16',
  '#f97316',
  '#3b82f6',
  '#ec4899',
  '#14b8a6',
  '#a855f7',
  '#eab308',
  '#22c55e',
  '#e11d48',
  '#0ea5e9',
];

/** The colour of a catalogue item, the same on every page. @param itemId null: in no catalogue */
export function colourOf(itemId: string | null): string {
  if (itemId === null) return unknown;
  let hash = 2_166_136_261;
  for (const character of itemId) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
  return colours[(hash >>> 0) % colours.length]!;
}
