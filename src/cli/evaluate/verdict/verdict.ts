import type { Evaluation } from '../../../recognition/evaluation/evaluate.ts';
import type { Proposal } from '../proposals.ts';
import { describeBasis } from './basis.ts';
import { type Finding, judgeDetection, judgeNaming } from './findings.ts';
import { nextSteps } from './next-steps.ts';

/** What the figures mean, in sentences. */
export interface Verdict {
  /** How many boxes and pictures the figures are based on, and what that means. */
  basis: string;
  works: string[];
  doesNotWork: string[];
  /** What this few boxes or pictures cannot show. */
  unsure: string[];
  /** What to do, the most useful first. */
  next: string[];
}

/** @param inputPx longer side of the detector's input */
export function reachVerdict(evaluation: Evaluation, proposals: readonly Proposal[], inputPx: number): Verdict {
  const findings = [...judgeDetection(evaluation), ...(evaluation.naming ? judgeNaming(evaluation.naming) : [])];
  const sentences = (grade: Finding['grade']) =>
    findings.filter((each) => each.grade === grade).map(({ sentence }) => sentence);
  return {
    basis: describeBasis(evaluation),
    works: sentences('works'),
    doesNotWork: sentences('does not work'),
    unsure: sentences('unsure'),
    next: nextSteps(evaluation, proposals, { findings, inputPx }),
  };
}
