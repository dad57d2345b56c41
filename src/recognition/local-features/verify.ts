import { colorValues, keypointValues, type LocalFeatures } from './features.ts';
import { bestHypotheses, type OrientedPairs } from './hypotheses.ts';
import { type Match, matchFeatures } from './match.ts';
import { findInliers, fitAffine, fitSimilarity } from './transform.ts';

/** How well a query agrees with an item in the positions and colours of its keypoints. */
export interface Verification {
  /** Sum over the inliers of their colour agreement, 0..1 each; 5 or more is rarely a coincidence. */
  score: number;
  /** Keypoints that a single transform of the whole picture explains. */
  inliers: number;
}

/** Both pictures are compared at this long side, whatever their frames were. */
const commonSide = 448;
/** Pixels of the common side by which an inlier may be off. */
const tolerance = 8;
/** Looser for the first guess, which comes from a single keypoint. */
const firstTolerance = 1.5 * tolerance;
const mostHypotheses = 5;
const leastMatches = 4;
const leastForAffine = 6;

/** Looks for one transform that maps the query's keypoints to the item's; the score is 0 if there is none. Deterministic. */
export function verifyFeatures(query: LocalFeatures, item: LocalFeatures): Verification {
  const matches = matchFeatures(query, item);
  if (matches.length < leastMatches) return { score: 0, inliers: 0 };
  const pairs = orientPairs(query, item, matches);
  let best: Verification = { score: 0, inliers: 0 };
  for (const { inliers } of bestHypotheses(pairs, firstTolerance, mostHypotheses)) {
    const refined = count(pairs, refine(pairs, inliers));
    if (refined.score > best.score) best = refined;
  }
  return best;
}

/** Two similarities, then two affine maps, each fitted to the inliers of the previous one as long as no inlier is lost. */
function refine(pairs: OrientedPairs, first: Uint8Array): Uint8Array {
  let inliers = first;
  for (let round = 0; round < 4; round++) {
    const affine = round >= 2;
    const size = countMarked(inliers);
    if (size < (affine ? leastForAffine : 2)) return inliers;
    const map = affine ? fitAffine(pairs, inliers) : fitSimilarity(pairs, inliers);
    if (map === null) return inliers;
    const refined = findInliers(pairs, map, round === 0 ? firstTolerance : tolerance);
    if (affine && countMarked(refined) < size) return inliers;
    inliers = refined;
  }
  return inliers;
}

function count(pairs: OrientedPairs, inliers: Uint8Array): Verification {
  let score = 0;
  for (let i = 0; i < pairs.count; i++) if (inliers[i]) score += pairs.weight[i]!;
  return { score, inliers: countMarked(inliers) };
}

function countMarked(marks: Uint8Array): number {
  let total = 0;
  for (const mark of marks) total += mark;
  return total;
}

function orientPairs(query: LocalFeatures, item: LocalFeatures, matches: readonly Match[]): OrientedPairs {
  const count = matches.length;
  const pairs: OrientedPairs = {
    count,
    x: new Float64Array(count),
    y: new Float64Array(count),
    u: new Float64Array(count),
    v: new Float64Array(count),
    scale: new Float64Array(count),
    turn: new Float64Array(count),
    weight: new Float64Array(count),
  };
  const queryScale = commonSide / Math.max(query.width, query.height);
  const itemScale = commonSide / Math.max(item.width, item.height);
  matches.forEach((match, index) => {
    const q = match.query * keypointValues;
    const i = match.item * keypointValues;
    pairs.x[index] = query.keypoints[q]! * queryScale;
    pairs.y[index] = query.keypoints[q + 1]! * queryScale;
    pairs.u[index] = item.keypoints[i]! * itemScale;
    pairs.v[index] = item.keypoints[i + 1]! * itemScale;
    pairs.scale[index] = (item.keypoints[i + 2]! * itemScale) / (query.keypoints[q + 2]! * queryScale);
    pairs.turn[index] = item.keypoints[i + 3]! - query.keypoints[q + 3]!;
    pairs.weight[index] = agreeInColor(query.colors, match.query, item.colors, match.item);
  });
  return pairs;
}

const colorPoints = 4;
/** Standard deviation of the chromaticity of a keypoint between the light of a shop and the catalogue picture. */
const chromaSigma = 0.06;
/** Keeps the chromaticity of dark points, which is mostly noise, near grey. */
const chromaFloor = 0.15;

/** exp(-d / 2 sigma²) of the mean squared difference d of red and green shares at the four colour points. */
function agreeInColor(a: Uint8Array, rowOfA: number, b: Uint8Array, rowOfB: number): number {
  let squares = 0;
  for (let point = 0; point < colorPoints; point++) {
    const p = rowOfA * colorValues + point;
    const q = rowOfB * colorValues + point;
    const sumOfA = (a[p]! + a[p + colorPoints]! + a[p + 2 * colorPoints]!) / 255 + chromaFloor;
    const sumOfB = (b[q]! + b[q + colorPoints]! + b[q + 2 * colorPoints]!) / 255 + chromaFloor;
    const red = a[p]! / 255 / sumOfA - b[q]! / 255 / sumOfB;
    const green = a[p + colorPoints]! / 255 / sumOfA - b[q + colorPoints]! / 255 / sumOfB;
    squares += red * red + green * green;
  }
  return Math.exp(-squares / (2 * colorPoints) / (2 * chromaSigma * chromaSigma));
}
