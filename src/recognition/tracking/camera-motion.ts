import type { Box, Size } from '../box.ts';
import { medianWidth } from '../tiling.ts';
import { type KeyedBox, matchGreedily, mayBeOne } from './match.ts';
import { centreOf, fitSimilarity, mapBox, type Point, type Similarity, scaleOf, shift, turnOf } from './similarity.ts';

/** What stands still, in the coordinates of the whole pan. */
export interface Scene {
  known: readonly KeyedBox[];
  /** What earlier frames showed, in the same coordinates: a thing that is new in there is doubtful. */
  views: readonly Box[];
}

/** Boxes of a pair are equally large where neither side is longer than the other by more than this factor. */
const sameSize = 1.25;
/** Places of votes that are tried. On shelves of equal packs, wrong shifts (by one pack) get nearly as many votes as the right one. */
const tried = 12;
/** A camera that is held does not turn or zoom by more from one sample to the next. */
const mostTurn = 0.35;
const mostZoom = 1.35;
/** What a thing that should be seen and is not, or the reverse, costs of a matched one. */
const missCost = 0.5;
/**
 * What a thing counts, of a matched one, that lies where no earlier frame looked. Were it nothing, a camera that stands would explain more
 * boxes on a shelf of equal packs than one that goes on to where the next ones stand.
 */
const newWorth = 0.6;
/**
 * Between shifts that explain the boxes equally well, the one nearer to the expected place is taken: this cost per width of the view, of a
 * match each. Pixels say it well (on simulated pans 1 is better than 0.3), a camera that is taken to go on as before does not (the reverse).
 */
const surpriseCost = { measured: 1, guessed: 0.3 };

/** Where a frame is expected to lie, and whether its pixels say so. */
export interface Expectation {
  similarity: Similarity;
  isMeasured: boolean;
}

/** Where a frame lies. */
export interface Alignment {
  similarity: Similarity;
  /** How many boxes lie where earlier frames looked. */
  compared: number;
  /** Mean overlap of these with what was there, 0..1; a box with nothing counts 0. */
  agreement: number;
}

export const leastOverlap = 0.3;

/**
 * Where a frame lies in the coordinates of the pan. Each pair of a seen and a known box that are equally large votes for the shift
 * between them; the shifts with most votes are refined by least squares, and the one that leaves fewest things unexplained is taken.
 * Alignment is to everything known, not to the frame before: errors do not add up, and what comes back into view is found again.
 * @returns null: no shift matches any box
 */
export function alignFrame(
  seen: readonly KeyedBox[],
  frame: Size,
  scene: Scene,
  expected: Expectation,
): Alignment | null {
  const starts = votedShifts(seen, scene.known, frame, expected.similarity).map((by) => shift(expected.similarity, by));
  const rated = [expected.similarity, ...starts].map((start) => {
    const similarity = refine(start, seen, scene.known, expected.similarity);
    return { similarity, ...rate(similarity, seen, frame, scene, expected) };
  });
  const best = rated.reduce((a, b) => (b.score > a.score ? b : a));
  return best.compared === 0 ? null : best;
}

/** Shifts in the pan's coordinates, most votes first. */
function votedShifts(
  seen: readonly KeyedBox[],
  known: readonly KeyedBox[],
  frame: Size,
  expected: Similarity,
): Point[] {
  const mapped = mapAll(expected, seen);
  const cell = Math.max(1, medianWidth(mapped.map(({ width }) => width)) / 4);
  const reach = scaleOf(expected);
  const votes = new Map<string, { x: number; y: number; count: number }>();
  for (const box of mapped) {
    const [x, y] = centreOf(box);
    for (const other of known) {
      if (!equallyLarge(box, other) || !mayBeOne(box.key, other.key)) continue;
      const [u, v] = centreOf(other);
      if (Math.abs(u - x) > frame.width * reach || Math.abs(v - y) > frame.height * reach) continue;
      const column = Math.round((u - x) / cell);
      const row = Math.round((v - y) / cell);
      const place = votes.get(`${column} ${row}`);
      if (place) place.count++;
      else votes.set(`${column} ${row}`, { x: column, y: row, count: 1 });
    }
  }
  const smoothed = [...votes.values()].map((place) => ({ ...place, count: around(votes, place) }));
  return smoothed
    .sort((a, b) => b.count - a.count)
    .slice(0, tried)
    .map(({ x, y }) => [x * cell, y * cell]);
}

/** Votes of a place and of its neighbours, which jitter spreads them over. */
function around(votes: ReadonlyMap<string, { count: number }>, { x, y }: { x: number; y: number }): number {
  let sum = 0;
  for (let dx = -1; dx <= 1; dx++) {
    for (let dy = -1; dy <= 1; dy++) sum += votes.get(`${x + dx} ${y + dy}`)?.count ?? 0;
  }
  return sum;
}

/** Turn, zoom and the rest of the shift, by the boxes that match. Kept only while it is something that a hand does. */
function refine(
  start: Similarity,
  seen: readonly KeyedBox[],
  known: readonly KeyedBox[],
  expected: Similarity,
): Similarity {
  let similarity = start;
  for (let round = 0; round < 3; round++) {
    const matches = matchGreedily(mapAll(similarity, seen), known, leastOverlap);
    const pairs = matches.map((match) => [centreOf(seen[match.seen]!), centreOf(known[match.known]!)] as const);
    const fitted = pairs.length >= 4 ? fitSimilarity(pairs) : null;
    if (!fitted || !isHeld(fitted, expected)) return similarity;
    similarity = fitted;
  }
  return similarity;
}

function isHeld(fitted: Similarity, expected: Similarity): boolean {
  const zoom = scaleOf(fitted) / scaleOf(expected);
  return Math.abs(turnOf(fitted) - turnOf(expected)) <= mostTurn && zoom <= mostZoom && zoom >= 1 / mostZoom;
}

/** How well a place explains what is seen. */
function rate(
  similarity: Similarity,
  seen: readonly KeyedBox[],
  frame: Size,
  { known, views }: Scene,
  expected: Expectation,
): { score: number } & Omit<Alignment, 'similarity'> {
  const mapped = mapAll(similarity, seen);
  const matches = matchGreedily(mapped, known, leastOverlap);
  const explained = new Set(matches.map((match) => match.seen));
  const found = new Set(matches.map((match) => match.known));
  const view = viewOf(similarity, frame);
  const others = mapped.filter((_, index) => !explained.has(index));
  const doubtful = others.filter((box) => views.some((earlier) => holds(earlier, box))).length;
  const absent = known.filter((box, index) => !found.has(index) && holds(view, box)).length;
  const [x, y] = centreOf(view);
  const [u, v] = centreOf(viewOf(expected.similarity, frame));
  const surprisesCost = expected.isMeasured ? surpriseCost.measured : surpriseCost.guessed;
  const surprise = Math.hypot(x - u, y - v) / view.width;
  const shared = matches.reduce((sum, match) => sum + match.overlap, 0);
  const worth = shared + newWorth * (others.length - doubtful);
  const cost = missCost * (doubtful + absent) + surprisesCost * surprise * seen.length;
  const compared = matches.length + doubtful;
  return { score: worth - cost, compared, agreement: compared === 0 ? 0 : shared / compared };
}

export function mapAll<B extends KeyedBox>(similarity: Similarity, boxes: readonly B[]): B[] {
  return boxes.map((box) => ({ ...box, ...mapBox(similarity, box) }));
}

/** What a frame shows, without a margin in which things are cut by its edge. */
export function viewOf(similarity: Similarity, frame: Size): Box {
  const margin = 0.05;
  const inner = { x: frame.width * margin, y: frame.height * margin };
  return mapBox(similarity, { ...inner, width: frame.width - 2 * inner.x, height: frame.height - 2 * inner.y });
}

export function holds(view: Box, box: Box): boolean {
  return (
    box.x >= view.x &&
    box.y >= view.y &&
    box.x + box.width <= view.x + view.width &&
    box.y + box.height <= view.y + view.height
  );
}

function equallyLarge(a: Box, b: Box): boolean {
  return ratio(a.width, b.width) <= sameSize && ratio(a.height, b.height) <= sameSize;
}

function ratio(a: number, b: number): number {
  return Math.max(a, b) / Math.max(1e-9, Math.min(a, b));
}
