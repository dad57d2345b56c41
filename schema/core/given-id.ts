import type { GivenId } from '../../src/given-id.ts';
import { decodeId, type IdKind } from '../../src/ids.ts';

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
