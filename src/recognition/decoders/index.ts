import type { ScoredBox } from '../box.ts';
import { type BoxesScoresOutput, decodeBoxesScores } from './boxes-scores.ts';
import type { DetectorDecoder, DetectorFormat } from './detector.ts';
import { type DetrOutput, decodeDetr } from './detr.ts';
import { decodeSsd, type SsdOutput } from './ssd.ts';
import type { OutputTensors } from './tensor.ts';
import { decodeYoloV8, type YoloV8Output } from './yolo-v8.ts';
import { decodeYolox, type YoloxOutput } from './yolox.ts';

/** How a detector's outputs are read, as its manifest says; `tensors` maps the decoder's names to the model's. */
export type DetectorOutput = BoxesScoresOutput | YoloV8Output | YoloxOutput | DetrOutput | SsdOutput;

/** The supported output formats of detectors. To add one, add a file, a line here and its options in the manifest. */
const decoders: { [D in DetectorOutput['decoder']]: DetectorDecoder<Extract<DetectorOutput, { decoder: D }>> } = {
  'boxes-scores': decodeBoxesScores,
  'yolo-v8': decodeYoloV8,
  yolox: decodeYolox,
  detr: decodeDetr,
  ssd: decodeSsd,
};

/** Reads the outputs by the decoder that the manifest names; see DetectorDecoder. */
export function decodeDetections(
  outputs: OutputTensors,
  format: DetectorFormat<DetectorOutput>,
  index: number,
  minScore: number,
): ScoredBox[] {
  const decode = decoders[format.output.decoder] as DetectorDecoder<DetectorOutput>;
  return decode(outputs, format, index, minScore);
}
