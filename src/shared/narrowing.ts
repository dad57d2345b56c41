/** The most tasks, and the most places, that a caller can be limited to. */
export const mostNarrowedTo = 100;

/** The part of its organisation that a caller sees. Both conditions apply; null does not restrict. */
export interface Narrowing {
  taskIds: readonly string[] | null;
  placeIds: readonly string[] | null;
}
