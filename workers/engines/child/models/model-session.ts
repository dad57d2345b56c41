import type { LoadedModel } from '../../../../src/models/load-model.ts';
import type { PictureManifest } from '../../../../src/models/manifest.ts';
import type { OutputTensors } from '../../../../src/recognition/decoders/tensor.ts';
import type { preparePlanes } from '../../../../src/recognition/input-tensor.ts';

/** A model ready to run. */
export interface ModelSession<M extends PictureManifest = PictureManifest> {
  model: LoadedModel<M>;
  planes: ReturnType<typeof preparePlanes>;
  /** How many runs may be in progress at once; further ones wait. */
  atOnce: number;
  /** An array for the input of a batch, [count, 3, height, width] as in the manifest, with undefined contents. */
  takeValues(count: number): Float32Array<ArrayBuffer>;
  /** Runs a batch. The array belongs to the session again. */
  run(values: Float32Array<ArrayBuffer>, count: number): Promise<OutputTensors>;
}
