import { countError, type DetectionScores, type JudgedBox, scoreDetections } from './detection-scores.ts';

/** Agreement with the truth if boxes with at least this score count. */
export interface SweepRow extends DetectionScores {
  threshold: number;
  found: number;
  /** As in Evaluation. */
  countError: number | null;
}

/** One picture: its true boxes, and all boxes that the detector proposed. */
export interface SweptPicture {
  trueBoxes: number;
  proposals: readonly JudgedBox[];
}

const from = 0.1;
const to = 0.9;
const step = 0.05;

/** Rows for thresholds at an even distance, and for those given; lowest first. */
export function sweepThresholds(pictures: readonly SweptPicture[], given: readonly number[]): SweepRow[] {
  const even = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => round(from + index * step));
  return [...new Set([...even, ...given])].sort((a, b) => a - b).map((threshold) => scoreAt(threshold, pictures));
}

function scoreAt(threshold: number, pictures: readonly SweptPicture[]): SweepRow {
  const counted = pictures.map(({ trueBoxes, proposals }) => {
    const kept = proposals.filter(({ score }) => score >= threshold);
    return { trueBoxes, found: kept.length, right: kept.filter(({ right }) => right).length };
  });
  const sum = (key: 'trueBoxes' | 'found' | 'right') => counted.reduce((total, each) => total + each[key], 0);
  const found = sum('found');
  return {
    threshold,
    found,
    ...scoreDetections(sum('right'), found, sum('trueBoxes')),
    countError: countError(counted),
  };
}

/** 0.1 + 3 x 0.05 is 0.25000000000000006. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
