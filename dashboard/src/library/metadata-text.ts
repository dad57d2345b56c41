type Metadata = Record<string, unknown>;

/** Metadata as a person edits it: `key: value`, a pair a line. */
export function toText(metadata: Metadata): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n');
}

/**
 * The metadata that was typed. A value that stays as it was keeps its type, and a number that becomes another number is one; every other
 * value is a text.
 * @param before what it was
 * @throws Error about the first line that is no pair
 */
export function fromText(text: string, before: Metadata): Metadata {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(lines.map((line) => readPair(line, before)));
}

function readPair(line: string, before: Metadata): [string, unknown] {
  const colon = line.indexOf(':');
  const key = line.slice(0, colon).trim();
  if (colon < 0 || key === '')
    throw new Error(`Write metadata as “key: value”, a pair a line. “${line.trim()}” is none.`);
  const value = line.slice(colon + 1).trim();
  const known = before[key];
  if (String(known) === value && Object.hasOwn(before, key)) return [key, known];
  const isNumber = typeof known === 'number' && value !== '' && Number.isFinite(Number(value));
  return [key, isNumber ? Number(value) : value];
}
