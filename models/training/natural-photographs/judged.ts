import { readFile } from 'node:fs/promises';
import { type Box, overlap, type ScoredBox } from '../../../src/recognition/box.ts';

/** What a person saw in a box. Those with `isBackground` are no products at all. */
export const kinds = {
  product: { title: 'products', isBackground: false },
  part: { title: 'parts of products and second boxes', isBackground: false },
  group: { title: 'several products in one box', isBackground: false },
  loose: { title: 'loose fruit and vegetables', isBackground: false },
  hand: { title: 'hands', isBackground: true },
  sign: { title: 'posters, promotion and price cards', isBackground: true },
  rail: { title: 'shelf strips and their price tags', isBackground: true },
  fitting: { title: 'boards, frames, crates and walls', isBackground: true },
  lamp: { title: 'lamps and reflections', isBackground: true },
  mesh: { title: 'trolleys, baskets and racks', isBackground: true },
  floor: { title: 'floor and skirting', isBackground: true },
  blur: { title: 'background too dark or blurred to name', isBackground: true },
} as const;

export type Kind = keyof typeof kinds;

export interface JudgedBox extends Box {
  is: Kind;
}

export interface JudgedPhotograph {
  /** Relative to the checkout of the data set. */
  file: string;
  boxes: JudgedBox[];
}

/** From this overlap on, a found box is the judged one: what was said of it holds. */
const sameFrom = 0.5;

export async function readJudged(path: string): Promise<JudgedPhotograph[]> {
  const stored: { file: string; boxes: [Kind, number, number, number, number][] }[] = JSON.parse(
    await readFile(path, 'utf8'),
  );
  return stored.map(({ file, boxes }) => ({
    file,
    boxes: boxes.map(([is, x, y, width, height]) => ({ is, x, y, width, height })),
  }));
}

/** A found box and what it shows; null: nobody has looked at it yet. */
export interface CountedBox extends ScoredBox {
  is: Kind | null;
}

/**
 * Says of each found box what it shows. A judged product is found once: a second box of it is a part.
 * @param found the most certain first
 */
export function judgeFound(found: readonly ScoredBox[], { boxes }: JudgedPhotograph): CountedBox[] {
  const taken = new Set<JudgedBox>();
  return found.map((box) => {
    const nearest = nearestOf(box, boxes);
    if (!nearest) return { ...box, is: null };
    const isSecond = nearest.is === 'product' && taken.has(nearest);
    taken.add(nearest);
    return { ...box, is: isSecond ? 'part' : nearest.is };
  });
}

/** How many of the products that a person saw have no box. */
export function countMissed(found: readonly ScoredBox[], { boxes }: JudgedPhotograph): number {
  const hit = new Set(found.map((box) => nearestOf(box, boxes)));
  return boxes.filter((box) => box.is === 'product' && !hit.has(box)).length;
}

function nearestOf(box: Box, judged: readonly JudgedBox[]): JudgedBox | null {
  let best: JudgedBox | null = null;
  let most = sameFrom;
  for (const each of judged) {
    const shared = overlap(box, each);
    if (shared < most) continue;
    best = each;
    most = shared;
  }
  return best;
}
