import type { Size } from '../../src/recognition/box.ts';
import type { OutputTensors } from '../../src/recognition/decoders/tensor.ts';
import { fillPlanes } from '../../src/recognition/input-tensor.ts';
import type { JobGuard } from './job-guard.ts';
import type { ModelSession } from './sessions.ts';

/** A picture of at most the model's input size. */
export interface InputPicture extends Size {
  rgb: Buffer;
}

/** Pictures being made ahead in libuv's threads while a model runs; more would only hold memory. */
const AHEAD = 4;

/**
 * Runs pictures through a model in its batch sizes and hands each batch's outputs to `use`, with the index of the batch's
 * first picture and the number of pictures in it. The next pictures are made while the model runs.
 */
export async function runBatches(
  session: ModelSession,
  count: number,
  make: (index: number) => Promise<InputPicture>,
  use: (outputs: OutputTensors, first: number, pictures: number) => void,
  guard: JobGuard,
): Promise<void> {
  const { width, height, batch } = session.model.manifest.input;
  /** In order, those only that no batch has taken: a shelf has a thousand crops. */
  const making: Promise<InputPicture>[] = [];
  let begun = 0;
  const makeUntil = (end: number) => {
    for (; begun < Math.min(end, count); begun++) {
      const picture = make(begun);
      // A picture that fails after the job has already failed is nobody's; the one in turn still throws where it is awaited.
      picture.catch(() => {});
      making.push(picture);
    }
  };
  for (let first = 0; first < count; ) {
    const size = batchSize(batch, count - first);
    const pictures = Math.min(size, count - first);
    makeUntil(first + pictures + AHEAD);
    const values = new Float32Array(size * 3 * width * height);
    for (let index = 0; index < pictures; index++) {
      const picture = await making.shift()!;
      fillPlanes(picture.rgb, picture, { width, height }, session.planes, values, index * 3 * width * height);
    }
    guard.check();
    use(await session.run(values, size), first, pictures);
    first += pictures;
  }
}

/** The largest batch that is filled, or the smallest there is, with the rest left empty. */
function batchSize(sizes: readonly number[], left: number): number {
  const filled = sizes.filter((size) => size <= left);
  return filled.length > 0 ? Math.max(...filled) : Math.min(...sizes);
}
