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

const alphabet = Buffer.from('0123456789abcdefghjkmnpqrstvwxyz');
/** Where the 30 hexadecimal digits after the first two are in a UUID. Five of them are 20 bits, which are four characters. */
const digitPositions = [...'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'].flatMap((character, at) =>
  character === 'x' && at > 1 ? [at] : [],
);
/** The character codes of the id that is being written. */
const codes: number[] = new Array(26).fill(0);

/**
 * `018f…` → `an_01jd3k8m2ve5x9q0r7t4w6y8z1`, as typeid-js does it. That makes an array of characters for each id, and a page has
 * hundreds of ids. One call for the whole text, because joining it from parts makes a string for each of them.
 */
export function encodeId(kind: IdKind, uuid: string): string {
  const first = 16 * digitAt(uuid, 0) + digitAt(uuid, 1);
  // Ten bits, of which the first two are zero.
  codes[0] = alphabet[first >>> 5]!;
  codes[1] = alphabet[first & 31]!;
  for (let group = 0; group < 6; group++) {
    let bits = 0;
    for (let digit = 0; digit < 5; digit++) bits = (bits << 4) | digitAt(uuid, digitPositions[group * 5 + digit]!);
    const at = 2 + group * 4;
    codes[at] = alphabet[bits >>> 15]!;
    codes[at + 1] = alphabet[(bits >>> 10) & 31]!;
    codes[at + 2] = alphabet[(bits >>> 5) & 31]!;
    codes[at + 3] = alphabet[bits & 31]!;
  }
  return `${idPrefixes[kind]}_${String.fromCharCode(...codes)}`;
}

/** The value of a hexadecimal digit, which is 0 to 9, a to f or A to F. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return (code & 15) + (code > 57 ? 9 : 0);
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
