/** What a picture as a whole is, by one label. */
export interface FoundLabel {
  name: string;
  /** null: the label is of no group. */
  group: string | null;
  /** 0..1; those of all labels sum to 1. */
  confidence: number;
}

export interface LabelRule {
  /** 0..1 */
  threshold: number;
  /** How many labels are told. */
  topCandidates: number;
  /** Groups that accept the picture; null: nobody asks whether it is accepted. */
  acceptGroups: readonly string[] | null;
}

export interface Labelling {
  /** Likeliest first. */
  labels: FoundLabel[];
  /** null: nobody asked. */
  accepted: boolean | null;
}

/**
 * The labels to tell, and whether one of them accepts the picture. Every label is asked for that, told or not. A filter
 * tells labels below its threshold, too: they are why a picture was rejected.
 */
export function judgeLabels(all: readonly FoundLabel[], rule: LabelRule): Labelling {
  const { threshold, topCandidates, acceptGroups } = rule;
  const likeliest = [...all].sort((a, b) => b.confidence - a.confidence).slice(0, topCandidates);
  const isSure = ({ confidence }: FoundLabel) => confidence >= threshold;
  if (acceptGroups === null) return { labels: likeliest.filter(isSure), accepted: null };
  const accepts = (label: FoundLabel) => label.group !== null && acceptGroups.includes(label.group) && isSure(label);
  return { labels: likeliest, accepted: all.some(accepts) };
}
