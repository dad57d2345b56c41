/** What a picture, or a part of it, shows. */
export interface FoundLabel {
  name: string;
  /** null: the label has no group. */
  group: string | null;
  /** 0..1; those that a classifier gives to all its labels sum to 1. */
  confidence: number;
}

export interface LabelRule {
  /** 0..1 */
  threshold: number;
  /** Maximum number of labels in the result. */
  topCandidates: number;
  /** Groups that accept the picture; null: not a filter. */
  acceptGroups: readonly string[] | null;
}

export interface Labelling {
  /** Likeliest first. */
  labels: FoundLabel[];
  /** null: not a filter. */
  accepted: boolean | null;
}

/** The chance that a picture shows something of the group: a classifier divides it among the group's labels. */
export function groupChance(chances: readonly FoundLabel[], group: string): number {
  return chances.reduce((sum, label) => (label.group === group ? sum + label.confidence : sum), 0);
}

/** Whether a chance accepts a picture. None does not, even where the threshold is 0. */
export function reaches(chance: number, threshold: number): boolean {
  return chance > 0 && chance >= threshold;
}

/**
 * The labels of the result, and whether the labels of a group together accept the picture, even ones that are not in the result. A
 * filter also returns labels below its threshold, because they show why a picture was rejected.
 */
export function judgeLabels(all: readonly FoundLabel[], rule: LabelRule): Labelling {
  const { threshold, topCandidates, acceptGroups } = rule;
  const likeliest = [...all].sort((a, b) => b.confidence - a.confidence).slice(0, topCandidates);
  if (acceptGroups === null)
    return { labels: likeliest.filter((label) => label.confidence >= threshold), accepted: null };
  return { labels: likeliest, accepted: acceptGroups.some((group) => reaches(groupChance(all, group), threshold)) };
}
