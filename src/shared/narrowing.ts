/** The part of its organisation that a caller sees. Both conditions apply; null does not restrict. */
export interface Narrowing {
  taskIds: readonly string[] | null;
  placeIds: readonly string[] | null;
}
