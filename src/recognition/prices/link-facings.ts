import type { Box } from '../box.ts';
import type { Detection } from '../detection.ts';

/** How far below the feet of a facing its tag is at most, in heights of the facing. */
const mostBelow = 0.6;
/** How far a tag may cover the feet, in heights of the facing. */
const mostCovered = 0.25;
/** How far to the side of a facing the middle of its tag is at most, in widths of the facing. */
const mostAside = 1.5;

/**
 * The facings above each tag: every facing that stands on a shelf goes to the tag below it whose middle is nearest, and those
 * stacked on it go with it. A facing without a tag near it goes to none.
 * @returns indexes of detections for each tag, in their order.
 */
export function linkFacings(tags: readonly Box[], detections: readonly Pick<Detection, 'box' | 'place'>[]): number[][] {
  const linked: number[][] = tags.map(() => []);
  const byStack = new Map<string, number[]>();
  for (const [index, { place }] of detections.entries()) {
    const key = stackOf(place, index);
    byStack.set(key, [...(byStack.get(key) ?? []), index]);
  }
  for (const stack of byStack.values()) {
    const base = stack.reduce((lowest, index) =>
      levelOf(detections[index]!) < levelOf(detections[lowest]!) ? index : lowest,
    );
    const tag = nearestBelow(toBox(detections[base]!), tags);
    if (tag !== null) linked[tag]!.push(...stack);
  }
  return linked.map((indexes) => indexes.sort((a, b) => a - b));
}

function stackOf(place: Detection['place'], index: number): string {
  return place ? `${place[0]} ${place[1]}` : `alone ${index}`;
}

function levelOf({ place }: Pick<Detection, 'place'>): number {
  return place?.[2] ?? 0;
}

function toBox({ box: [x, y, width, height] }: Pick<Detection, 'box'>): Box {
  return { x, y, width, height };
}

function nearestBelow(facing: Box, tags: readonly Box[]): number | null {
  const feet = facing.y + facing.height;
  const middle = facing.x + facing.width / 2;
  let nearest: number | null = null;
  let least = mostAside * facing.width;
  for (const [index, tag] of tags.entries()) {
    const below = tag.y + tag.height / 2 - feet;
    if (below < -mostCovered * facing.height || below > mostBelow * facing.height) continue;
    const aside = Math.abs(tag.x + tag.width / 2 - middle);
    if (aside < least) [nearest, least] = [index, aside];
  }
  return nearest;
}
