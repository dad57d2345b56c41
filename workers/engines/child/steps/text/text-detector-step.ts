import type { TextDetectorManifest } from '../../../../../src/models/manifest.ts';
import type { Size } from '../../../../../src/recognition/box.ts';
import { hasShape, type OutputTensor, tellShapes } from '../../../../../src/recognition/decoders/tensor.ts';
import { boxAround } from '../../../../../src/recognition/text/quadrilateral.ts';
import { openFrameSession, tryFrame } from '../../models/open-frame-session.ts';
import { type Step, unguarded } from '../step.ts';
import { findText } from './find-text.ts';
import type { TextDetector } from './text-models.ts';

/** Finds lines of text. */
export const textDetectorStep: Step<TextDetectorManifest, TextDetector> = {
  timing: 'textMs',
  async open(model, { threads }) {
    const { manifest } = model;
    const { input, output } = manifest;
    const session = await openFrameSession(model, { input, output: output.tensors.map, threads });
    const frame = { width: input.multipleOf * 2, height: input.multipleOf };
    await tryFrame(model, session, frame, (map) => expectMap(map, output.tensors.map, frame));
    return { session, manifest };
  },
  async tell(detector, picture) {
    const lines = await findText(picture, detector, { maxTiles: 24, maxLines: 1_000 }, unguarded);
    const [first] = lines.map((corners) => boxAround(corners));
    const where = first && [first.x, first.y, first.width, first.height].map(Math.round).join(' ');
    return `${lines.length} lines of text${where ? `, the surest at ${where}` : ''}`;
  },
};

function expectMap(map: OutputTensor, name: string, { width, height }: Size): void {
  const shape = [1, 1, height, width];
  if (!hasShape(map, shape)) throw new Error(tellShapes(name, map, [shape]));
}
