import type { ScoredBox } from '../box.ts';
import { decodeBoxesScores } from './boxes-scores.ts';
import type { OutputTensors } from './tensor.ts';

/**
 * Turns a detector's outputs into boxes in pixels of its input frame, before non-maximum suppression. `names` maps the
 * decoder's own names to the model's output names, `index` is the picture's place in the batch.
 */
export type DetectorDecoder = (
  outputs: OutputTensors,
  names: Readonly<Record<string, string>>,
  index: number,
  minScore: number,
) => ScoredBox[];

/** The known output formats of detectors, by the name that a manifest gives; another format is one more file and one line. */
export const detectorDecoders = { 'boxes-scores': decodeBoxesScores } satisfies Record<string, DetectorDecoder>;

export type DetectorDecoderName = keyof typeof detectorDecoders;

export const detectorDecoderNames = Object.keys(detectorDecoders) as [DetectorDecoderName, ...DetectorDecoderName[]];
