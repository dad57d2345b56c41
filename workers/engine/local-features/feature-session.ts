import { Tensor } from 'onnxruntime-node';
import type { LoadedModel } from '../../../src/models/load-model.ts';
import type { LocalFeaturesManifest } from '../../../src/models/manifest.ts';
import { ModelError } from '../../../src/models/model-error.ts';
import type { Size } from '../../../src/recognition/box.ts';
import type { OutputTensors } from '../../../src/recognition/decoders/tensor.ts';
import { fillPlanes, preparePlanes } from '../../../src/recognition/input-tensor.ts';
import { type LocalFeatures, readFeatureTensors } from '../../../src/recognition/local-features/features.ts';
import { expectNames } from '../check-tensors.ts';
import { createSession } from '../sessions.ts';

/** A local-features model, ready to run. */
export interface FeatureSession {
  /** Pixels a side of its frames. */
  side: number;
  /** @param rgb a frame, 3 bytes a pixel; valid: the picture's sides in it. */
  run(rgb: Buffer, valid: Size): Promise<LocalFeatures>;
}

/** Measured: a second thread of a run brings nothing (18.8 ms with one, 18.5 with two); see openFeatureRunners. */
const THREADS = 1;
// Its hundreds of small operators get their memory from an arena: 17.7 ms a crop in place of 19.6.

const planes = preparePlanes({ colorOrder: 'RGB', range: '0..1', mean: [0, 0, 0], std: [1, 1, 1], padValue: 0 });

/** Loads and warms a model. Throws ModelError. */
export async function openFeatureSession(model: LoadedModel<LocalFeaturesManifest>): Promise<FeatureSession> {
  const { input, output } = model.manifest;
  const { side } = input;
  const session = await createSession(model, THREADS, { memoryArena: true });
  expectNames(model, 'input', [input.image, input.valid], session.inputNames);
  expectNames(model, 'output', Object.values(output.tensors), session.outputNames);
  const frame = { width: side, height: side };
  // One for all frames, 1.2 MB: they are run one after the other.
  const values = new Float32Array(3 * side * side);
  const opened: FeatureSession = {
    side,
    async run(rgb, valid) {
      fillPlanes(rgb, frame, frame, planes, values, 0);
      const outputs = await session.run({
        [input.image]: new Tensor('float32', values, [1, 3, side, side]),
        [input.valid]: new Tensor('float32', [valid.width, valid.height], [1, 2]),
      });
      return readFeatureTensors(outputs as unknown as OutputTensors, 0, valid, output.tensors);
    },
  };
  await opened.run(Buffer.alloc(3 * side * side, 128), frame).catch((error: Error) => {
    throw new ModelError(
      `${model.key} (${model.variant}) does not run with a picture of ${side} px: ${error.message}`,
      {
        cause: error,
      },
    );
  });
  return opened;
}
