import { TypeID } from 'typeid-js';
import { uuidv7 } from 'uuidv7';

/** What a client sees before the underscore of an id. */
export const idPrefixes = {
  organization: 'org',
  apiKey: 'key',
  sessionToken: 'sess',
  catalogItem: 'item',
  image: 'img',
  task: 'task',
  batch: 'batch',
  analysis: 'an',
  export: 'exp',
  upload: 'up',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** A new id as the database stores it: a UUIDv7, so ids sort by time and index pages fill from one end. */
export function newId(): string {
  return uuidv7();
}

/** `018f…` → `an_01jd3k8m2ve5x9q0r7t4w6y8z1` */
export function encodeId(kind: IdKind, uuid: string): string {
  return TypeID.fromUUID(idPrefixes[kind], uuid).toString();
}

/** The UUID in a client's id, or null when it is not an id of that kind: then nothing of ours can have it. */
export function decodeId(kind: IdKind, id: string): string | null {
  try {
    return TypeID.fromString(id, idPrefixes[kind]).toUUID();
  } catch {
    return null;
  }
}

/** Which kind of thing an id names, by its prefix; null when it is none of ours. */
export function idKind(id: string): IdKind | null {
  const prefix = id.slice(0, id.lastIndexOf('_'));
  return (Object.keys(idPrefixes) as IdKind[]).find((kind) => idPrefixes[kind] === prefix) ?? null;
}
