import type { Size } from '../../../../src/recognition/box.ts';
import type { OutputTensors } from '../../../../src/recognition/decoders/tensor.ts';
import { fillPlanes } from '../../../../src/recognition/input-tensor.ts';
import type { JobGuard } from '../job-guard.ts';
import type { ModelSession } from './model-session.ts';

/** A picture of at most the model's input size. */
export interface InputPicture extends Size {
  rgb: Buffer;
}

/** Pictures prepared in advance in libuv's threads while a model runs; more would only use memory. */
const ahead = 4;

/**
 * Runs pictures through a model in its batch sizes and hands each batch's outputs to `use`, with the index of the batch's first
 * picture and the number of pictures in it: in the order of the pictures where the model does one run at a time. The next pictures
 * are prepared while the model runs.
 */
export async function runBatches(
  session: ModelSession,
  count: number,
  make: (index: number) => Promise<InputPicture>,
  use: (outputs: OutputTensors, first: number, pictures: number) => void,
  guard: JobGuard,
): Promise<void> {
  const { width, height, batch } = session.model.manifest.input;
  /** In order, only those that no batch has taken yet: a shelf may have a thousand crops. */
  const making: Promise<InputPicture>[] = [];
  let begun = 0;
  let next = 0;
  const makeUntil = (end: number) => {
    for (; begun < Math.min(end, count); begun++) {
      const picture = make(begun);
      // The rejection of a picture after the job has failed is ignored; the one whose turn it is still throws where it is awaited.
      picture.catch(() => {});
      making.push(picture);
    }
  };
  const runNext = async () => {
    const first = next;
    const size = batchSize(batch, count - first);
    next = Math.min(first + size, count);
    makeUntil(next + ahead);
    const pictures = await Promise.all(making.splice(0, next - first));
    guard.check();
    const values = session.takeValues(size);
    for (const [index, picture] of pictures.entries()) {
      fillPlanes(picture.rgb, picture, { width, height }, session.planes, values, index * 3 * width * height);
    }
    // The remains of another batch would have an effect if a model scales its numbers by the whole batch.
    values.fill(0, pictures.length * 3 * width * height);
    use(await session.run(values, size), first, pictures.length);
  };
  const runAll = async () => {
    while (next < count) await runNext();
  };
  try {
    await Promise.all(Array.from({ length: session.atOnce }, runAll));
  } finally {
    // After a failure the others stop.
    next = count;
  }
}

/** The largest batch that can be filled, or the smallest one, with the rest left empty. */
function batchSize(sizes: readonly number[], left: number): number {
  const filled = sizes.filter((size) => size <= left);
  return filled.length > 0 ? Math.max(...filled) : Math.min(...sizes);
}
