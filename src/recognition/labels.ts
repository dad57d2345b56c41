/** One label of a whole picture. */
export interface FoundLabel {
  name: string;
  /** null: the label has no group. */
  group: string | null;
  /** 0..1; those of all labels sum to 1. */
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

/**
 * The labels of the result, and whether any label accepts the picture, even one that is not in the result. A filter also returns
 * labels below its threshold, because they show why a picture was rejected.
 */
export function judgeLabels(all: readonly FoundLabel[], rule: LabelRule): Labelling {
  const { threshold, topCandidates, acceptGroups } = rule;
  const likeliest = [...all].sort((a, b) => b.confidence - a.confidence).slice(0, topCandidates);
  const isSure = ({ confidence }: FoundLabel) => confidence >= threshold;
  if (acceptGroups === null) return { labels: likeliest.filter(isSure), accepted: null };
  const accepts = (label: FoundLabel) => label.group !== null && acceptGroups.includes(label.group) && isSure(label);
  return { labels: likeliest, accepted: all.some(accepts) };
}
