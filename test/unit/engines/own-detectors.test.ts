import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EnginePool } from '../../../workers/engines/pool/pool.ts';
import { detectorModel, formats, truth, truthLabels } from '../../support/detector-models.ts';
import { colourModel } from '../../support/onnx.ts';
import {
  frameSide,
  makeModelsDir,
  writeMeanEmbedder,
  writeModel,
  writeProductPipeline,
} from '../../support/own-models.ts';
import { picture } from '../../support/pictures.ts';
import { analysisOf } from './support/analysis.ts';
import { startPoolForFile } from './support/pools.ts';

/** Tiny detectors of every format in a real engine: boxes come out in pixels of the picture. */
const size = { width: 200, height: 100 };
/** Mean red of the frame when a red picture of that size lies in it. */
const redOf = { stretch: 1, 'letterbox-top-left': 0.5 } as const;
const resizes = ['stretch', 'letterbox-top-left'] as const;
const cases = Object.keys(formats).flatMap((format) => resizes.map((resize) => [format, resize] as const));

/** A product, and its lower half as a product of its own. */
const wholeAndHalf = [
  { name: 'boxes', dims: [2, 4], values: [8, 0, 40, 64, 8, 32, 40, 64] },
  { name: 'scores', dims: [2], values: [0.9, 0.62] },
];

let folder: string;
let pool: EnginePool;
beforeAll(async () => {
  folder = await makeModelsDir();
  await writeMeanEmbedder(folder);
  for (const [format, resize] of cases) {
    const { output, labels } = formats[format]!;
    const name = `${format}-${resize}`;
    const onnx = detectorModel(format, redOf[resize]);
    await writeModel(folder, { name, kind: 'detector', onnx, output, labels, input: { resize } });
    await writeProductPipeline(folder, { name, detector: `${name}@1` });
  }
  const { output } = formats['boxes-scores']!;
  await writeModel(folder, { name: 'halves', kind: 'detector', onnx: colourModel(wholeAndHalf), output });
  await writeProductPipeline(folder, { name: 'halves', detector: 'halves@1' });
  const parts = { insideFrom: 0.8, keptScore: 0.8 };
  await writeProductPipeline(folder, { name: 'doubting', detector: 'halves@1', parts });
  const typicalWidth = { unchangedTo: 16, perDoubling: 0.2, to: 64 };
  await writeProductPipeline(folder, { name: 'wide', detector: 'halves@1', typicalWidth });
  const shrinking = { whenWiderThan: 30, share: 0.5 };
  await writeProductPipeline(folder, { name: 'shrunk', detector: 'halves@1', shrinking, typicalWidth });
  for (const colour of ['#ff0000', '#000000'])
    await writeFile(join(folder, `${colour}.png`), await picture({ format: 'png', ...size, colour }));
  pool = startPoolForFile({ modelsDir: folder });
});
afterAll(async () => {
  await pool?.close(0);
  await rm(folder, { recursive: true, force: true });
});

async function find(pipeline: string, colour: string, threshold: number | null = null) {
  const outcome = await pool.analyze({ ...analysisOf(join(folder, `${colour}.png`), pipeline), threshold });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.detections.map(({ x, y, width, height, objectness, label }) => ({
    ...{ x, y, width, height, objectness, label },
  }));
}

const near = (value: number) => expect.closeTo(value, 3);

describe('a detector of one’s own finds what its outputs say, in pixels of the picture:', () => {
  test.each(cases)('%s, %s', async (format, resize) => {
    const name = `${format}-${resize}@1`;
    const scaleX = frameSide / size.width;
    const scaleY = resize === 'stretch' ? frameSide / size.height : scaleX;
    const { labels } = formats[format]!;
    expect(await find(name, '#ff0000')).toEqual(
      truth.map((box) => ({
        x: near(box.x / scaleX),
        y: near(box.y / scaleY),
        width: near(box.width / scaleX),
        height: near(box.height / scaleY),
        objectness: near(box.score),
        label: labels.length === 0 ? null : truthLabels[box.label],
      })),
    );
    expect(await find(name, '#000000')).toEqual([]);
  });
});

const scores = async (pipeline: string, threshold: number | null) =>
  (await find(pipeline, '#ff0000', threshold)).map(({ objectness }) => objectness);

describe('a box inside a more certain one', () => {
  test.each([
    ['is found without a rule for parts', 'halves@1', null, [0.9, 0.62]],
    ['loses certainty with one, and so is not found any more', 'doubting@1', null, [0.9]],
    ['is found by a task that asks for less certain boxes', 'doubting@1', 0.4, [0.9, 0.496]],
  ])('%s', async (_title, pipeline, threshold, expected) => {
    expect(await scores(pipeline, threshold)).toEqual(expected.map(near));
  });
});

describe('a picture whose products have a median width of 32 px in the frame', () => {
  test.each([
    ['keeps its boxes without a rule for that', 'halves@1', null, [0.9, 0.62]],
    ['loses boxes where the rule doubts them', 'wide@1', null, [0.7]],
    ['keeps them for a task that asks for less certain boxes', 'wide@1', 0.4, [0.7, 0.42]],
    // There, 24 px of the box lie in the picture: 0.9 - 0.2 * log2(24 / 16).
    ['is doubted by the width that it has at half the size, if it is looked at there', 'shrunk@1', null, [0.783]],
  ])('%s', async (_title, pipeline, threshold, expected) => {
    expect(await scores(pipeline, threshold)).toEqual(expected.map(near));
  });
});

test('an embedder of one’s own describes a picture, scaled to length 1', async () => {
  const job = { id: 'd', file: join(folder, '#ff0000.png'), pipeline: 'ssd-pixels-stretch@1', features: false };
  const outcome = await pool.describe({ ...job, priority: 0 });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  expect([...outcome.embedding]).toEqual([Math.SQRT1_2, 0, 0, Math.SQRT1_2].map(near));
  expect(outcome.modelVersion).toBe('means@1');
});
