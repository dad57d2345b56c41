import { mostNarrowedTo } from '../shared/narrowing.ts';

/**
 * The places of all analyses of a batch, as they are stored with it, so that a caller who is limited to some of them finds it. Empty: nobody
 * who is limited to places sees it, because an analysis has no place, or there are more places than a caller can be limited to.
 */
export function placesOf(members: readonly { placeId: string | null }[]): string[] {
  const placeIds = new Set<string>();
  for (const { placeId } of members) {
    if (placeId === null) return [];
    placeIds.add(placeId);
  }
  return placeIds.size > mostNarrowedTo ? [] : [...placeIds].sort();
}
