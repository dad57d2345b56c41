import type { GivenId } from '../../src/given-id.ts';
import { decodeId, type IdKind } from '../../src/ids.ts';

/** No object has this id. Malformed ids are replaced by it, so that they match nothing. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** The UUID of an id in a filter; of a malformed one, that of nothing. */
export function uuidOrNone(kind: IdKind, text: string): string {
  return decodeId(kind, text) ?? nobody;
}

/** Converts an id argument for services: their NotFoundError repeats the text that the client sent. */
export function givenId(kind: IdKind, text: string): GivenId {
  return { text, uuid: decodeId(kind, text) };
}

/** Several at once; null and undefined are returned unchanged. */
export function givenIds<List extends readonly string[] | null | undefined>(
  kind: IdKind,
  texts: List,
): GivenId[] | Exclude<List, readonly string[]> {
  if (texts == null) return texts as Exclude<List, readonly string[]>;
  return (texts as readonly string[]).map((text) => givenId(kind, text));
}

/** The same of an id that may be absent. */
export function filterId(kind: IdKind, id: string | null | undefined): string | undefined {
  return id == null ? undefined : uuidOrNone(kind, id);
}
