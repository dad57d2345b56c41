import type { Evaluation, NamingEvaluation } from '../../../recognition/evaluation/evaluate.ts';
import { type Estimate, estimate } from '../../../recognition/evaluation/wilson.ts';
import { percent, wholePercent } from '../format-figures.ts';

/** The judgements from which the next steps follow. */
export type Subject =
  | 'misses'
  | 'false alarms'
  | 'counts'
  | 'narrow products'
  | 'names'
  | 'open items'
  | 'foreign products';

export interface Finding {
  subject: Subject;
  grade: 'works' | 'does not work' | 'unsure';
  sentence: string;
}

/** null: it could not be judged. */
export type GradeOf = (subject: Subject) => Finding['grade'] | null;

/** The fractions from which something is said to work. They were chosen, not measured; docs/evaluating.md lists them. */
export const cutOffs = {
  /** Fraction of products that are found. */
  recall: 0.9,
  /** Fraction of found boxes that are products. */
  precision: 0.9,
  /** Maximum relative error of the number of products on one picture. */
  countError: 0.1,
  /** Fraction of names that are right. */
  rightOfNamed: 0.98,
  /** Fraction of found items of the catalogue that are named. */
  coverage: 0.5,
  /** Fraction of found products that are not in the catalogue and are left unnamed. */
  foreignOpen: 0.95,
} as const;

/** In pixels of the detector's input; below it, the included detectors find too few products. */
export const narrowPx = 20;

export function judgeDetection(evaluation: Evaluation): Finding[] {
  const { trueBoxes, atThreshold } = evaluation;
  const { found, right } = atThreshold;
  return [
    ...judge('misses', estimate(right, trueBoxes), cutOffs.recall, 'of the products are found'),
    ...judge('false alarms', estimate(right, found), cutOffs.precision, 'of the boxes found are products'),
    ...judgeCounts(evaluation),
    ...judgeWidths(evaluation),
  ];
}

export function judgeNaming({ items, foreign, nothing }: NamingEvaluation): Finding[] {
  const named = items.right + items.wrong;
  const all = named + foreign.named + nothing.named;
  const open = estimate(foreign.open, foreign.open + foreign.named);
  return [
    ...judge('names', estimate(items.right, all), cutOffs.rightOfNamed, 'of the names given are right'),
    ...judge(
      'open items',
      estimate(named, named + items.open),
      cutOffs.coverage,
      'of the items that are found are named',
    ),
    ...judge(
      'foreign products',
      open,
      cutOffs.foreignOpen,
      'of the products that are not in the catalogue are left unnamed',
    ),
  ];
}

/** Judged by the ends of the confidence interval, so that a few lucky boxes prove nothing. */
function judge(subject: Subject, found: Estimate | null, cutOff: number, what: string): Finding[] {
  if (!found) return [];
  const grade = found.low >= cutOff ? 'works' : found.high < cutOff ? 'does not work' : 'unsure';
  const good = `${percent(cutOff, 0)}, from which on it counts as good`;
  const rule = { works: 'That is above', 'does not work': 'That is below', unsure: 'That may be above or below' }[
    grade
  ];
  const sentence = `${wholePercent(found.share)} ${what} (${describe(found)}). ${rule} ${good}.`;
  return [{ subject, grade, sentence }];
}

/** A figure over pictures, not boxes, which has no such interval. */
function judgeCounts({ countError, pictures }: Evaluation): Finding[] {
  if (countError === null) return [];
  const isGood = countError <= cutOffs.countError;
  const grade = pictures === 1 ? 'unsure' : isGood ? 'works' : 'does not work';
  const rule = `Up to ${percent(cutOffs.countError, 0)} counts as good.`;
  return [{ subject: 'counts', grade, sentence: `Counts are off by ${percent(countError)}. ${rule}` }];
}

/** Reported only if narrow products are found significantly less often than the others. */
function judgeWidths({ recallByWidth }: Evaluation): Finding[] {
  const [narrow, wide] = [true, false].map((isNarrow) => {
    const ranges = recallByWidth.filter(({ to }) => (to !== null && to <= narrowPx) === isNarrow);
    const sum = (key: 'found' | 'trueBoxes') => ranges.reduce((total, range) => total + range[key], 0);
    return estimate(sum('found'), sum('trueBoxes'));
  });
  if (!narrow || !wide || narrow.high >= wide.low) return [];
  const sentence =
    `Products narrower than ${narrowPx} px in the detector's input are missed more often: ${wholePercent(narrow.share)} of them ` +
    `are found (${describe(narrow)}), and ${wholePercent(wide.share)} of the wider ones.`;
  return [{ subject: 'narrow products', grade: 'does not work', sentence }];
}

/** 95 % confidence interval of a fraction. */
function describe({ right, of, low, high }: Estimate): string {
  return `${right} of ${of}; 95 % interval ${Math.floor(low * 100)} to ${Math.ceil(high * 100)} %`;
}
