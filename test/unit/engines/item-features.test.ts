import { expect, test } from 'vitest';
import { encodeViews } from '../../../src/recognition/local-features/encoding.ts';
import { JobClock } from '../../../workers/engines/child/job-guard.ts';
import { ItemFeatures } from '../../../workers/engines/child/steps/verify/item-features.ts';

const count = 100;
/** Bytes of a picture's only view in memory: 4 floats, 128 and 12 bytes a keypoint. */
const viewBytes = count * (16 + 128 + 12);
const features = encodeViews([
  {
    count,
    width: 320,
    height: 200,
    keypoints: new Float32Array(4 * count),
    descriptors: new Uint8Array(128 * count),
    colors: new Uint8Array(12 * count),
  },
]);

/** Holds so many pictures, and remembers which ones it asked for. */
function holding(pictures: number) {
  const asked: string[][] = [];
  const held = new ItemFeatures(
    async (_job, model, wanted) => {
      asked.push(wanted.map(({ pictureId }) => `${model} ${pictureId}`));
      return wanted.map(({ pictureId }) => ({ pictureId, features }));
    },
    pictures * (viewBytes + 10),
  );
  const find = (model: string, ...pictureIds: string[]) =>
    held.find(
      pictureIds.map((pictureId) => ({ itemId: 'item', pictureId })),
      { jobId: 'job', model, guard: new JobClock(null) },
    );
  return { held, asked, find };
}

test('features are held up to a number of bytes, and those used least recently are asked for again', async () => {
  const { held, asked, find } = holding(2);
  await find('m@1', 'a', 'b');
  await find('m@1', 'a');
  await find('m@1', 'c');
  expect(asked.splice(0)).toEqual([['m@1 a', 'm@1 b'], ['m@1 c']]);
  expect(held.bytes).toBeLessThanOrEqual(2 * (viewBytes + 10));
  expect((await find('m@1', 'a', 'b', 'c')).size).toBe(3);
  expect(asked.splice(0)).toEqual([['m@1 b']]);
});

test('features of one model are never taken for those of another', async () => {
  const { asked, find } = holding(10);
  await find('m@1', 'a');
  await find('m@2', 'a');
  expect(asked).toEqual([['m@1 a'], ['m@2 a']]);
});

test('many are asked for in several messages', async () => {
  const { asked, find } = holding(1);
  const ids = Array.from({ length: 150 }, (_, index) => `p${index}`);
  expect((await find('m@1', ...ids)).size).toBe(150);
  expect(asked.map((pictures) => pictures.length)).toEqual([64, 64, 22]);
});
