/** What of its organisation a caller sees. Both must hold; null does not narrow. */
export interface Narrowing {
  taskIds: readonly string[] | null;
  placeIds: readonly string[] | null;
}
