import { type Box, intersectionArea } from '../box.ts';
import { type FoundLabel, groupChance } from '../labels.ts';
import type { FoundObject, ObjectLook } from './found-object.ts';

export interface SecondLookRule {
  groups: readonly string[];
  nameGroups: readonly string[];
  nameFrom: number;
  overruleFrom: number;
}

/** Share of a box that a box of another group covers, from which it explains why the classifier sees that group: a horse below its rider. */
const explainedFrom = 0.3;

/**
 * What each object is after the classifier has looked at it. A cat that the detector took for a person becomes a cat; an animal takes
 * the name of its species where the classifier is certain enough, and keeps the detector's class otherwise.
 */
export function lookAgain(looks: readonly ObjectLook[], rule: SecondLookRule): FoundObject[] {
  const objects = looks.map(({ object }) => object);
  return looks.map(({ object, chances }) => {
    const overruling = rule.groups.find(
      (group) =>
        group !== object.label.group &&
        groupChance(chances, group) >= rule.overruleFrom &&
        !isExplained(object.box, objects, group),
    );
    const group = overruling ?? object.label.group;
    const likeliest = mostProbable(chances, group);
    if (overruling !== undefined && likeliest) return { ...object, label: likeliest };
    const isNamed = group !== null && rule.nameGroups.includes(group);
    return isNamed && likeliest && likeliest.confidence >= rule.nameFrom ? { ...object, label: likeliest } : object;
  });
}

function isExplained(box: Box, objects: readonly FoundObject[], group: string): boolean {
  return objects.some(
    (other) =>
      other.box !== box &&
      other.label.group === group &&
      intersectionArea(other.box, box) >= explainedFrom * box.width * box.height,
  );
}

function mostProbable(chances: readonly FoundLabel[], group: string | null): FoundLabel | undefined {
  return chances
    .filter((label) => label.group === group)
    .reduce<FoundLabel | undefined>(
      (best, label) => (best && best.confidence >= label.confidence ? best : label),
      undefined,
    );
}
