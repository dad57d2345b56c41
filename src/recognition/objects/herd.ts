import type { FoundLabel } from '../labels.ts';
import type { FoundObject, ObjectLook } from './found-object.ts';

/**
 * Animals of one picture that look alike to the classifier take the label that most of them have: at least two, and more than half of
 * them. The confidence of one that changes is the mean of those whose label it takes.
 *
 * @param objects what each of `looks` is, in their order
 * @param groups only objects of these
 * @param alikeFrom likeness of two objects of one kind, 0..1
 */
export function smoothHerd(
  objects: readonly FoundObject[],
  looks: readonly ObjectLook[],
  { groups, alikeFrom }: { groups: readonly string[]; alikeFrom: number },
): FoundObject[] {
  const smoothed = [...objects];
  for (const herd of herdsOf(objects, looks, groups, alikeFrom)) {
    const label = mostGiven(herd.map((index) => objects[index]!.label));
    if (label)
      for (const index of herd)
        if (objects[index]!.label.name !== label.name) smoothed[index] = { ...objects[index]!, label };
  }
  return smoothed;
}

/** Indexes of objects that are alike, transitively, in herds of at least two. */
function herdsOf(
  objects: readonly FoundObject[],
  looks: readonly ObjectLook[],
  groups: readonly string[],
  alikeFrom: number,
): number[][] {
  const members = objects.flatMap(({ label: { group } }, index) =>
    group !== null && groups.includes(group) ? index : [],
  );
  const herdOf = new Map(members.map((index) => [index, [index]]));
  for (const [place, one] of members.entries()) {
    for (const other of members.slice(place + 1)) {
      if (herdOf.get(one) === herdOf.get(other)) continue;
      if (!(likeness(looks[one]!.chances, looks[other]!.chances) >= alikeFrom)) continue;
      const joined = [...herdOf.get(one)!, ...herdOf.get(other)!];
      for (const index of joined) herdOf.set(index, joined);
    }
  }
  return [...new Set(herdOf.values())].filter((herd) => herd.length > 1);
}

/** How much two distributions over the same labels agree: 1 if they are equal, 0 if no label is possible in both (Bhattacharyya). */
function likeness(one: readonly FoundLabel[], other: readonly FoundLabel[]): number {
  return one.reduce((sum, { confidence }, index) => sum + Math.sqrt(confidence * other[index]!.confidence), 0);
}

function mostGiven(labels: readonly FoundLabel[]): FoundLabel | null {
  for (const [, alike] of Map.groupBy(labels, ({ name }) => name)) {
    if (alike.length < 2 || alike.length <= labels.length / 2) continue;
    return { ...alike[0]!, confidence: alike.reduce((sum, { confidence }) => sum + confidence, 0) / alike.length };
  }
  return null;
}
