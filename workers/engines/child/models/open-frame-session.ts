import { Tensor } from 'onnxruntime-node';
import type { LoadedModel } from '../../../../src/models/load-model.ts';
import { ModelError } from '../../../../src/models/model-error.ts';
import type { Size } from '../../../../src/recognition/box.ts';
import { getOutput, type OutputTensor, type OutputTensors } from '../../../../src/recognition/decoders/tensor.ts';
import { fillPlanes, type PixelFormat, preparePlanes } from '../../../../src/recognition/input-tensor.ts';
import { expectNames } from './check-tensors.ts';
import { createSession } from './create-session.ts';

/** A picture of any size, 3 bytes a pixel, and the input of a model that it fills from the top left. */
export interface Frame {
  picture: Size & { rgb: Uint8Array };
  frame: Size;
}

/** A model whose input has another size for each picture. */
export interface FrameSession {
  /** Returns the model's only output. One run at a time; it uses all threads. */
  run(frame: Frame): Promise<OutputTensor>;
}

/** Loads a model with one input and one output. Throws ModelError. */
export async function openFrameSession(
  model: LoadedModel,
  { input, output, threads }: { input: PixelFormat & { name: string }; output: string; threads: number },
): Promise<FrameSession> {
  const session = await createSession(model, threads);
  expectNames(model, 'input', [input.name], session.inputNames);
  expectNames(model, 'output', [output], session.outputNames);
  const planes = preparePlanes(input);
  // As long as the largest input so far: pictures have so many sizes that an array for each would fill the memory.
  let array = new Float32Array(0);
  return {
    async run({ picture, frame }) {
      const length = 3 * frame.width * frame.height;
      if (array.length < length) array = new Float32Array(length);
      const values = array.subarray(0, length);
      fillPlanes(picture.rgb, picture, frame, planes, values, 0);
      const tensor = new Tensor('float32', values, [1, 3, frame.height, frame.width]);
      return getOutput((await session.run({ [input.name]: tensor })) as unknown as OutputTensors, output);
    },
  };
}

/** Runs it on a grey picture, and checks the output with `read`, which throws if it does not match the manifest. Throws ModelError. */
export async function tryFrame(
  { key, variant }: LoadedModel,
  session: FrameSession,
  frame: Size,
  read: (output: OutputTensor) => unknown,
): Promise<void> {
  const picture = { ...frame, rgb: new Uint8Array(3 * frame.width * frame.height).fill(128) };
  try {
    read(await session.run({ picture, frame }));
  } catch (error) {
    throw new ModelError(
      `${key} (${variant}) does not run with a picture of ${frame.width} x ${frame.height}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
