import type { LocalFeatures } from './features.ts';
import { findNearest } from './nearest.ts';

/** A keypoint of the query and the one of the item that it resembles. */
export interface Match {
  query: number;
  item: number;
  /** Squared Euclidean distance of the normalised descriptors, 0..2. */
  distance: number;
}

/** A match must be nearer than this share of the distance to the second nearest (Lowe's ratio test). */
const mostRatio = 0.9;
/** Number of nearest pairs; more do not change which item wins, and geometry compares each with each. */
const maxMatches = 150;

/** Pairs of keypoints that are each other's nearest, and clearly nearer than the second; the nearest pairs first. */
export function matchFeatures(query: LocalFeatures, item: LocalFeatures): Match[] {
  const { itemOf, best, second, queryOf } = findNearest(query, item);
  const matches: Match[] = [];
  for (let row = 0; row < query.count; row++) {
    const found = itemOf[row]!;
    if (found === -1 || queryOf[found] !== row) continue;
    const distance = 2 - 2 * best[row]!;
    if (distance < mostRatio * mostRatio * (2 - 2 * second[row]!)) matches.push({ query: row, item: found, distance });
  }
  return matches.sort((a, b) => a.distance - b.distance || a.query - b.query).slice(0, maxMatches);
}
