/** Ids of places are any text of the client's, so they are parameters and not parts of a path. */
export function placeAddress(placeId: string): string {
  return `/places/timeline?${new URLSearchParams({ place: placeId })}`;
}

/**
 * The page of a visit, or of one picture that belongs to none.
 * @param id of the visit or the analysis
 * @param before of what it is compared with
 */
export function visitAddress(id: string, before?: string): string {
  return `/places/visit?${new URLSearchParams({ id, ...(before !== undefined && { before }) })}`;
}
