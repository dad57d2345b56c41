import { bySurest, type EvaluatedPicture, type FoundBox, type LabelledBox } from './evaluate.ts';
import { matchBoxes } from './match-boxes.ts';

/** The outcome for the boxes of one picture. */
export interface Outcome {
  /** Found boxes with a product, and without one. */
  hits: FoundBox[];
  falseAlarms: FoundBox[];
  /** True boxes that were not found. */
  misses: LabelledBox[];
  /** Regions in which nothing counts. */
  ignored: LabelledBox[];
}

export function sortOutcome({ truth, found }: Pick<EvaluatedPicture, 'truth' | 'found'>): Outcome {
  const sorted = bySurest(found);
  const matches = matchBoxes(sorted, truth);
  const seen = new Set(matches.flatMap((match) => (match.kind === 'true' ? [match.index] : [])));
  return {
    hits: sorted.filter((_, index) => matches[index]!.kind === 'true'),
    falseAlarms: sorted.filter((_, index) => matches[index]!.kind === 'false'),
    misses: truth.filter(({ crowd }, index) => !crowd && !seen.has(index)),
    ignored: truth.filter(({ crowd }) => crowd),
  };
}
