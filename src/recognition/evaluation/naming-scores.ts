/** A found box with its true and its assigned item. */
export interface NamedBox {
  /** What is in the box: an item of the catalogue, another product, or no product at all. */
  truth: { kind: 'item'; item: string } | { kind: 'foreign' } | { kind: 'nothing' };
  /** The item it was named; null: left open. */
  named: string | null;
  /** The most probable item with its probability, 0..1, whether it was named or not; null if there was nothing to compare with. */
  likeliest: { item: string; probability: number } | null;
}

export interface NamingScores {
  /** Counts of found boxes of the catalogue's items. */
  items: { right: number; wrong: number; open: number };
  /** Counts of found boxes of products that are not in the catalogue, and of boxes without a product. Any name for them is wrong. */
  foreign: { named: number; open: number };
  nothing: { named: number; open: number };
  /** Fraction of names that are right, 0..1; null if there are none. */
  rightOfNamed: number | null;
  /** Fraction of found boxes of the catalogue's items that are named, rightly or not, 0..1; null if there are none. */
  coverage: number | null;
  /** How often the most probable item is right for boxes of the catalogue's items, named or not, 0..1. */
  likeliestRight: number | null;
}

export function scoreNaming(boxes: readonly NamedBox[]): NamingScores {
  const items = { right: 0, wrong: 0, open: 0 };
  const foreign = { named: 0, open: 0 };
  const nothing = { named: 0, open: 0 };
  let likeliestRight = 0;
  for (const box of boxes) {
    if (box.truth.kind === 'item') {
      items[box.named === null ? 'open' : box.named === box.truth.item ? 'right' : 'wrong'] += 1;
      if (box.likeliest?.item === box.truth.item) likeliestRight += 1;
    } else (box.truth.kind === 'foreign' ? foreign : nothing)[box.named === null ? 'open' : 'named'] += 1;
  }
  const ofItems = items.right + items.wrong + items.open;
  return {
    items,
    foreign,
    nothing,
    rightOfNamed: share(items.right, items.right + items.wrong + foreign.named + nothing.named),
    coverage: share(items.right + items.wrong, ofItems),
    likeliestRight: share(likeliestRight, ofItems),
  };
}

export interface Confusion {
  /** null: a product that is not in the catalogue, or no product. */
  truth: string | null;
  takenFor: string;
  /** Boxes whose most probable item it was. */
  boxes: number;
  /** How many of them were given that name. */
  named: number;
}

/**
 * Which items are confused with which, most frequent first, at most `limit`. A product that is not in the catalogue counts only if
 * it was named, because there is always a most probable item.
 */
export function findConfusions(boxes: readonly NamedBox[], limit: number): Confusion[] {
  const pairs = new Map<string, Confusion>();
  for (const { truth, named, likeliest } of boxes) {
    const item = truth.kind === 'item' ? truth.item : null;
    const takenFor = named ?? (item === null ? null : (likeliest?.item ?? null));
    if (takenFor === null || takenFor === item) continue;
    const key = JSON.stringify([item, takenFor]);
    const pair = pairs.get(key) ?? { truth: item, takenFor, boxes: 0, named: 0 };
    pairs.set(key, { ...pair, boxes: pair.boxes + 1, named: pair.named + (named === null ? 0 : 1) });
  }
  return [...pairs.values()].sort((a, b) => b.named - a.named || b.boxes - a.boxes).slice(0, limit);
}

export interface ReliabilityRange {
  from: number;
  to: number;
  boxes: number;
  /** Mean probability of the most probable items, and the fraction of them that is right, both 0..1; null without boxes. */
  said: number | null;
  right: number | null;
}

const rangeCount = 10;

/** Whether probabilities are calibrated: in ten ranges of probability, how often the most probable item is right. */
export function measureReliability(boxes: readonly NamedBox[]): { ranges: ReliabilityRange[]; error: number | null } {
  const judged = boxes.flatMap(judge);
  const ranges = Array.from({ length: rangeCount }, (_, index) => {
    const inside = judged.filter(
      ({ probability }) => Math.min(rangeCount - 1, Math.floor(probability * rangeCount)) === index,
    );
    const said = inside.reduce((sum, { probability }) => sum + probability, 0);
    const right = inside.filter((box) => box.right).length;
    return {
      from: index / rangeCount,
      to: (index + 1) / rangeCount,
      boxes: inside.length,
      said: share(said, inside.length),
      right: share(right, inside.length),
    };
  });
  const gaps = ranges.reduce(
    (sum, { boxes: count, said, right }) => sum + count * Math.abs((said ?? 0) - (right ?? 0)),
    0,
  );
  return { ranges, error: share(gaps, judged.length) };
}

export interface AcceptProposal {
  acceptConfidence: number;
  /** Boxes that would be named, and how many of them are right. */
  named: number;
  right: number;
  /** Of found boxes of the catalogue's items, named rightly or not, 0..1. */
  coverage: number | null;
}

/**
 * The lowest probability from which at least `wanted` (0..1) of the names are right, so that as many boxes as possible are named;
 * null if no probability reaches that. Boxes that stayed open although their probability was at least the pipeline's
 * `acceptConfidence` were excluded by another rule, and would be with any setting.
 */
export function proposeAcceptConfidence(
  boxes: readonly NamedBox[],
  wanted: number,
  acceptConfidence: number,
): AcceptProposal | null {
  const judged = boxes
    .filter(({ named, likeliest }) => named !== null || (likeliest?.probability ?? 0) < acceptConfidence)
    .flatMap(judge)
    .sort((a, b) => b.probability - a.probability);
  const ofItems = boxes.filter(({ truth }) => truth.kind === 'item').length;
  let right = 0;
  let covered = 0;
  let best: AcceptProposal | null = null;
  for (const [index, box] of judged.entries()) {
    if (box.right) right += 1;
    if (box.ofItem) covered += 1;
    const named = index + 1;
    if (judged[named]?.probability === box.probability || right / named < wanted) continue;
    best = { acceptConfidence: box.probability, named, right, coverage: share(covered, ofItems) };
  }
  return best;
}

function judge({ truth, likeliest }: NamedBox): { probability: number; right: boolean; ofItem: boolean }[] {
  if (likeliest === null) return [];
  const ofItem = truth.kind === 'item';
  return [{ probability: likeliest.probability, right: ofItem && truth.item === likeliest.item, ofItem }];
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
