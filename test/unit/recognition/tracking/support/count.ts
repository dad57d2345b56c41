import type { Pan } from './pan.ts';

/** How tracks agree with what was there. */
export interface TrackFigures {
  /** Tracks of two sightings or more, and products that were found in two frames or more. */
  tracks: number;
  shown: number;
  /** A product goes on in another track. */
  switches: number;
  /** Tracks that are of several products. */
  mixed: number;
}

export function judgeTracks({ truth, shown }: Pan, trackIds: readonly (readonly (number | null)[])[]): TrackFigures {
  const productsOf = new Map<number, Map<number, number>>();
  const lastTrack = new Map<number, number>();
  const sightings = new Map<number, number>();
  let switches = 0;
  for (const [frame, ids] of trackIds.entries()) {
    for (const [box, id] of ids.entries()) {
      const product = truth[frame]![box]!;
      if (id === null) continue;
      sightings.set(id, (sightings.get(id) ?? 0) + 1);
      if (product === null) continue;
      const counts = productsOf.get(id) ?? new Map<number, number>();
      productsOf.set(id, counts.set(product, (counts.get(product) ?? 0) + 1));
      const before = lastTrack.get(product);
      if (before !== undefined && before !== id) switches++;
      lastTrack.set(product, id);
    }
  }
  const tracks = [...sightings.values()].filter((count) => count >= 2).length;
  const mixed = [...productsOf.values()].filter((counts) => counts.size > 1).length;
  return { tracks, shown, switches, mixed };
}
