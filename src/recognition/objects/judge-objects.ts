import { type FoundLabel, groupChance, type Labelling, type LabelRule } from '../labels.ts';
import type { FoundObject } from './found-object.ts';

interface ObjectRule extends LabelRule {
  /** Groups that the picture is judged by. */
  groups: readonly string[];
  /** Lowest chance of a group in the whole picture that counts. */
  wholeFrom: number;
}

/**
 * The labels of a picture, and whether one of the accepted groups is in it: as a box, or in the picture as a whole, where the
 * classifier knows animals that the detector has no class for.
 *
 * @param whole the chance of every label for the whole picture
 */
export function judgeObjects(
  objects: readonly FoundObject[],
  whole: readonly FoundLabel[],
  { groups, wholeFrom, threshold, topCandidates, acceptGroups }: ObjectRule,
): Labelling {
  const inWhole = groups.filter((group) => groupChance(whole, group) >= wholeFrom);
  const labels = mostCertain([
    ...objects.map(({ label }) => label),
    ...whole.filter(({ group }) => group !== null && inWhole.includes(group)),
  ]);
  if (acceptGroups === null)
    return { labels: labels.filter(({ confidence }) => confidence >= threshold), accepted: null };
  const accepted = acceptGroups.some(
    (group) =>
      objects.some(({ box, label }) => label.group === group && box.score >= threshold) ||
      (inWhole.includes(group) && groupChance(whole, group) >= threshold),
  );
  return { labels: labels.slice(0, topCandidates), accepted };
}

/** Each label once, with its highest confidence, most certain first. */
function mostCertain(labels: readonly FoundLabel[]): FoundLabel[] {
  const sorted = [...labels].sort((a, b) => b.confidence - a.confidence);
  return sorted.filter(({ name }, index) => sorted.findIndex((other) => other.name === name) === index);
}
