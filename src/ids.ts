import { TypeID } from 'typeid-js';
import { uuidv7 } from 'uuidv7';

/** The prefix of an id before the underscore. */
export const idPrefixes = {
  organization: 'org',
  apiKey: 'key',
  sessionToken: 'sess',
  catalogItem: 'item',
  catalogImport: 'import',
  image: 'img',
  task: 'task',
  batch: 'batch',
  analysis: 'an',
  correction: 'cor',
  export: 'exp',
  upload: 'up',
  video: 'vid',
  videoAnalysis: 'van',
  planogram: 'plan',
  visit: 'visit',
  shelfAlert: 'alert',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** A new id as the database stores it: a UUIDv7, so ids sort by time and index pages are filled at one end. */
export function newId(): string {
  return uuidv7();
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** Ten bits as two characters. */
const pairs = Array.from({ length: 1024 }, (_, bits) => alphabet[bits >>> 5]! + alphabet[bits & 31]!);

/**
 * `018f…` → `an_01jd3k8m2ve5x9q0r7t4w6y8z1`, as typeid-js does it. That makes an array of characters for each id, and a page has
 * hundreds of ids.
 */
export function encodeId(kind: IdKind, uuid: string): string {
  const hex = (from: number, to: number) => Number.parseInt(uuid.slice(from, to), 16);
  const [a, b, c, d, e, f] = [hex(0, 8), hex(9, 13), hex(14, 18), hex(19, 23), hex(24, 30), hex(30, 36)];
  // 32, 16, 16, 16, 24 and 24 bits, after two bits that are zero.
  const first = pairs[a >>> 24]! + pair(a >>> 14) + pair(a >>> 4) + pair((a << 6) | (b >>> 10)) + pair(b);
  const middle = pair(c >>> 6) + pair((c << 4) | (d >>> 12)) + pair(d >>> 2) + pair((d << 8) | (e >>> 16));
  const rest = pair(e >>> 6) + pair((e << 4) | (f >>> 20)) + pair(f >>> 10) + pair(f);
  return `${idPrefixes[kind]}_${first}${middle}${rest}`;
}

/** The lowest ten bits. */
function pair(bits: number): string {
  return pairs[bits & 1023]!;
}

/** The UUID in a client's id, or null if it is not an id of that kind, so that no object can have it. */
export function decodeId(kind: IdKind, id: string): string | null {
  try {
    return TypeID.fromString(id, idPrefixes[kind]).toUUID();
  } catch {
    return null;
  }
}

/** The kind of object that an id names, by its prefix; null if it is unknown. */
export function idKind(id: string): IdKind | null {
  const prefix = id.slice(0, id.lastIndexOf('_'));
  return (Object.keys(idPrefixes) as IdKind[]).find((kind) => idPrefixes[kind] === prefix) ?? null;
}
