import type { GivenId } from '../../src/given-id.ts';
import { decodeId, type IdKind } from '../../src/ids.ts';

/** An id argument as services take it: they answer NotFoundError with the text that the client sent. */
export function givenId(kind: IdKind, text: string): GivenId {
  return { text, uuid: decodeId(kind, text) };
}

/** Several at once; null and absent stay what they are. */
export function givenIds<List extends readonly string[] | null | undefined>(
  kind: IdKind,
  texts: List,
): GivenId[] | Exclude<List, readonly string[]> {
  if (texts == null) return texts as Exclude<List, readonly string[]>;
  return (texts as readonly string[]).map((text) => givenId(kind, text));
}
