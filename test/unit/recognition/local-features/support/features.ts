import { readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeFeatures } from '../../../../../src/recognition/local-features/encoding.ts';
import {
  colorValues,
  descriptorValues,
  keypointValues,
  type LocalFeatures,
} from '../../../../../src/recognition/local-features/features.ts';

const folder = path.join(import.meta.dirname, '../../../../fixtures/local-features');

/** Written by models/training/sightline_training/local_matching_cases.py. */
export interface RecordedCase {
  query: string;
  /** The strongest so many of the query's. */
  keypoints: number;
  item: string;
  score: number;
  inliers: number;
}

export const recordedCases: RecordedCase[] = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8'));

export function readRecorded(name: string): LocalFeatures {
  return decodeFeatures(readFileSync(path.join(folder, `${name}.bin`)));
}

/** Features whose numbers follow from a seed. */
export function randomFeatures(count: number, seed: number): LocalFeatures {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    count,
    width: 448,
    height: 300,
    keypoints: Float32Array.from({ length: count * keypointValues }, (_, index) =>
      index % keypointValues === 3 ? next() * 6.28 : 1 + next() * 290,
    ),
    descriptors: Uint8Array.from({ length: count * descriptorValues }, () => next() ** 3 * 128),
    colors: Uint8Array.from({ length: count * colorValues }, () => next() * 256),
  };
}

/** The keypoints of some rows, in that order. */
export function pickRows(features: LocalFeatures, rows: readonly number[]): LocalFeatures {
  const pick = (values: Float32Array | Uint8Array, width: number) =>
    rows.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)]);
  return {
    ...features,
    count: rows.length,
    keypoints: Float32Array.from(pick(features.keypoints, keypointValues)),
    descriptors: Uint8Array.from(pick(features.descriptors, descriptorValues)),
    colors: Uint8Array.from(pick(features.colors, colorValues)),
  };
}
