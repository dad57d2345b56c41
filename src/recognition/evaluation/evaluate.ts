import type { Box } from '../box.ts';
import {
  averagePrecision,
  type BestThreshold,
  countError,
  type DetectionScores,
  findBestThreshold,
  type JudgedBox,
  recallByWidth,
  scoreDetections,
  type WidthRange,
} from './detection-scores.ts';
import { matchBoxes, type TrueBox } from './match-boxes.ts';
import {
  type AcceptProposal,
  type Confusion,
  findConfusions,
  measureReliability,
  type NamedBox,
  type NamingScores,
  proposeAcceptConfidence,
  type ReliabilityRange,
  scoreNaming,
} from './naming-scores.ts';
import { type SweepRow, sweepThresholds } from './sweep.ts';

/** A labelled box, with the product in it. Boxes are in pixels of the picture. */
export interface LabelledBox extends TrueBox {
  /** An item of the catalogue; null: a product that is not in the catalogue. */
  item: string | null;
}

export interface FoundBox extends Box, Pick<NamedBox, 'named' | 'likeliest'> {
  /** 0..1 */
  objectness: number;
}

/** One picture with its true and its found boxes. */
export interface EvaluatedPicture {
  truth: readonly LabelledBox[];
  /** Found with the pipeline's settings, as in a task. */
  found: readonly FoundBox[];
  /** Found with a threshold near 0, for figures that depend on the threshold. */
  proposals: readonly (Box & { objectness: number })[];
  /** Pixels of the detector's input for one pixel of the picture. */
  scale: number;
}

export interface Evaluation {
  pictures: number;
  trueBoxes: number;
  /** Average precision at an overlap of 0.5, as COCO defines it, of all products as one class. */
  ap50: number | null;
  /** With the pipeline's settings. found: number of boxes; right: how many of them are products. */
  atThreshold: DetectionScores & { found: number; right: number };
  /** Sum of |found - true| over the pictures, divided by the number of true boxes. */
  countError: number | null;
  /** By width in pixels of the detector's input, with the pipeline's settings. */
  recallByWidth: WidthRange[];
  /** For the detector alone, because a name does not change the certainty of a box. */
  bestThreshold: BestThreshold | null;
  sweep: SweepRow[];
  /** null: there was no catalogue. */
  naming: NamingEvaluation | null;
}

export interface NamingEvaluation extends NamingScores {
  /** Fraction of all true boxes of the catalogue's items, found or not, that are named correctly, 0..1. */
  rightOfAll: number | null;
  confusions: Confusion[];
  reliability: { ranges: ReliabilityRange[]; error: number | null };
  /** The setting for which 99 % of the names are right; null: no probability reaches that. */
  acceptProposal: AcceptProposal | null;
}

/** Fraction of names that should be right. */
export const wantedRight = 0.99;
const mostConfusions = 10;

/** Settings of the measured pipeline. */
export interface MeasuredSettings {
  /** Objectness from which an unnamed box counts. */
  threshold: number;
  /** Probability from which a box is named; null: there was no catalogue. */
  acceptConfidence: number | null;
}

/** Measures a pipeline on labelled pictures. */
export function evaluatePictures(
  pictures: readonly EvaluatedPicture[],
  { threshold, acceptConfidence }: MeasuredSettings,
): Evaluation {
  const judged = pictures.map(judgePicture);
  const boxes = judged.flatMap((picture) => picture.boxes);
  const trueBoxes = boxes.length;
  const found = judged.flatMap((picture) => picture.found);
  const proposals = judged.flatMap((picture) => picture.proposals);
  const right = boxes.filter((box) => box.found).length;
  const bestThreshold = findBestThreshold(proposals, trueBoxes);
  const swept = judged.map((picture) => ({ trueBoxes: picture.boxes.length, proposals: picture.proposals }));
  return {
    pictures: pictures.length,
    trueBoxes,
    ap50: averagePrecision(proposals, trueBoxes),
    atThreshold: { found: found.length, right, ...scoreDetections(right, found.length, trueBoxes) },
    countError: countError(judged.map((picture) => ({ found: picture.found.length, trueBoxes: picture.boxes.length }))),
    recallByWidth: recallByWidth(boxes),
    bestThreshold,
    sweep: sweepThresholds(swept, bestThreshold ? [threshold, roundDown(bestThreshold.threshold)] : [threshold]),
    naming:
      acceptConfidence === null
        ? null
        : evaluateNaming(found, boxes.filter((box) => box.item !== null).length, acceptConfidence),
  };
}

function evaluateNaming(
  found: readonly NamedBox[],
  trueBoxesOfItems: number,
  acceptConfidence: number,
): NamingEvaluation {
  const scores = scoreNaming(found);
  return {
    ...scores,
    rightOfAll: trueBoxesOfItems === 0 ? null : scores.items.right / trueBoxesOfItems,
    confusions: findConfusions(found, mostConfusions),
    reliability: measureReliability(found),
    acceptProposal: proposeAcceptConfidence(found, wantedRight, acceptConfidence),
  };
}

interface JudgedPicture {
  /** The true boxes, without crowds. */
  boxes: { width: number; item: string | null; found: boolean }[];
  found: NamedBox[];
  proposals: JudgedBox[];
}

function judgePicture({ truth, found, proposals, scale }: EvaluatedPicture): JudgedPicture {
  const sorted = bySurest(found);
  const matches = matchBoxes(sorted, truth);
  const seen = new Set(matches.flatMap((match) => (match.kind === 'true' ? [match.index] : [])));
  const boxes = truth.map(({ width, item }, index) => ({ width: width * scale, item, found: seen.has(index) }));
  return {
    boxes: boxes.filter((_, index) => !truth[index]!.crowd),
    found: sorted.flatMap((box, index): NamedBox[] => {
      const match = matches[index]!;
      return match.kind === 'ignored' ? [] : [{ ...box, truth: whatIsThere(match, truth) }];
    }),
    proposals: judgeProposals(proposals, truth),
  };
}

function whatIsThere(match: { kind: 'true'; index: number } | { kind: 'false' }, truth: readonly LabelledBox[]) {
  if (match.kind === 'false') return { kind: 'nothing' } as const;
  const { item } = truth[match.index]!;
  return item === null ? ({ kind: 'foreign' } as const) : ({ kind: 'item', item } as const);
}

function judgeProposals(proposals: EvaluatedPicture['proposals'], truth: readonly LabelledBox[]): JudgedBox[] {
  const sorted = bySurest(proposals);
  return matchBoxes(sorted, truth).flatMap(({ kind }, index) =>
    kind === 'ignored' ? [] : [{ score: sorted[index]!.objectness, right: kind === 'true' }],
  );
}

/** Rounded down to three digits, so that boxes which just reached the value still do. */
export function roundDown(value: number): number {
  return Math.floor(value * 1000) / 1000;
}

export function bySurest<B extends { objectness: number }>(boxes: readonly B[]): B[] {
  return [...boxes].sort((a, b) => b.objectness - a.objectness);
}
