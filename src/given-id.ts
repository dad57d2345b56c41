/** An id as a client gave it: what failures repeat, and the UUID in it, null when it is none of that kind. */
export interface GivenId {
  text: string;
  uuid: string | null;
}

/** The UUIDs among them; what has none matches nothing that is stored. */
export function uuidsOf(given: readonly GivenId[]): string[] {
  return given.flatMap(({ uuid }) => (uuid === null ? [] : [uuid]));
}
