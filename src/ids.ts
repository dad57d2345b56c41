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
  planogram: 'plan',
  visit: 'visit',
  shelfAlert: 'alert',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** A new id as the database stores it: a UUIDv7, so ids sort by time and index pages are filled at one end. */
export function newId(): string {
  return uuidv7();
}

/** `018f…` → `an_01jd3k8m2ve5x9q0r7t4w6y8z1` */
export function encodeId(kind: IdKind, uuid: string): string {
  return TypeID.fromUUID(idPrefixes[kind], uuid).toString();
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
