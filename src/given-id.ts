/** An id as a client sent it, which failures quote, and its UUID, which is null if it is not an id of that kind. */
export interface GivenId {
  text: string;
  uuid: string | null;
}

/** The UUIDs of those that have one; the others match nothing. */
export function uuidsOf(given: readonly GivenId[]): string[] {
  return given.flatMap(({ uuid }) => (uuid === null ? [] : [uuid]));
}
