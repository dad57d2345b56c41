import { DESCRIPTOR_VALUES, type LocalFeatures } from './features.ts';

/** A keypoint of the query and the one of the item that it resembles. */
export interface Match {
  query: number;
  item: number;
  /** Squared Euclidean distance of the normalised descriptors, 0..2. */
  distance: number;
}

/** A match must be nearer than this share of the distance to the second nearest (Lowe's ratio test). */
const RATIO = 0.9;
/** Nearest first; more do not change which item wins, and the geometry compares each with each. */
const MAX_MATCHES = 150;

/** Pairs of keypoints that are each other's nearest, and clearly nearer than the second; the nearest pairs first. */
export function matchFeatures(query: LocalFeatures, item: LocalFeatures): Match[] {
  const nearest = findNearest(query, item);
  const matches: Match[] = [];
  for (let row = 0; row < query.count; row++) {
    const column = nearest.column[row]!;
    if (column === -1 || nearest.row[column] !== row) continue;
    const distance = 2 - 2 * nearest.best[row]!;
    if (distance < RATIO * RATIO * (2 - 2 * nearest.second[row]!)) matches.push({ query: row, item: column, distance });
  }
  return matches.sort((a, b) => a.distance - b.distance || a.query - b.query).slice(0, MAX_MATCHES);
}

/** For each keypoint of the query the most similar of the item with its cosine and the second best cosine, and back. */
function findNearest(query: LocalFeatures, item: LocalFeatures) {
  const column = new Int32Array(query.count).fill(-1);
  const best = new Float64Array(query.count).fill(-1);
  const second = new Float64Array(query.count).fill(-1);
  const row = new Int32Array(item.count).fill(-1);
  const bestOfItem = new Float64Array(item.count).fill(-1);
  const queryScale = inverseLengths(query);
  const itemScale = inverseLengths(item);
  for (let i = 0; i < query.count; i++) {
    for (let j = 0; j < item.count; j++) {
      let dot = 0;
      for (let k = 0; k < DESCRIPTOR_VALUES; k++) {
        dot += query.descriptors[i * DESCRIPTOR_VALUES + k]! * item.descriptors[j * DESCRIPTOR_VALUES + k]!;
      }
      const cosine = dot * queryScale[i]! * itemScale[j]!;
      if (cosine > best[i]!) {
        second[i] = best[i]!;
        best[i] = cosine;
        column[i] = j;
      } else if (cosine > second[i]!) second[i] = cosine;
      if (cosine > bestOfItem[j]!) {
        bestOfItem[j] = cosine;
        row[j] = i;
      }
    }
  }
  return { column, best, second, row };
}

function inverseLengths({ count, descriptors }: LocalFeatures): Float64Array {
  const result = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    let squares = 0;
    for (let k = 0; k < DESCRIPTOR_VALUES; k++) squares += descriptors[row * DESCRIPTOR_VALUES + k]! ** 2;
    result[row] = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  }
  return result;
}
