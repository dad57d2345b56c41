import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EvaluatedPicture, evaluatePictures } from '../../src/recognition/evaluation/evaluate.ts';
import { pythonWith } from '../support/python.ts';

/**
 * AP50 of `models evaluate` against pycocotools itself, on random pictures with near misses, doubles and crowds. It runs
 * where Python has it; see test/support/score_coco.py.
 */
const python = await pythonWith('pycocotools', 'pycocotools==2.0.11');
const script = path.join(import.meta.dirname, '../support/score_coco.py');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sightline-ap-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The same numbers on every run (a linear congruential generator). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** True boxes at random, one in ten a crowd, and found ones near them, some far off, doubled or missed. */
function randomPicture(random: () => number): EvaluatedPicture {
  const box = () => ({ x: random() * 900, y: random() * 900, width: 20 + random() * 80, height: 20 + random() * 80 });
  const truth = Array.from({ length: Math.floor(random() * 30) }, () => ({
    ...box(),
    item: null,
    crowd: random() < 0.1,
  }));
  const near = (value: number, size: number) => value + (random() - 0.5) * size * 0.5;
  const proposals = [...truth, ...truth]
    .filter(() => random() < 0.7)
    .map(({ x, y, width, height }) => ({ x: near(x, width), y: near(y, height), width, height, objectness: random() }))
    .concat(Array.from({ length: 10 }, () => ({ ...box(), objectness: random() * 0.7 })));
  return { truth, proposals, found: [], scale: 1 };
}

async function scoreByPycocotools(pictures: readonly EvaluatedPicture[]): Promise<number> {
  const numbered = pictures.map((picture, index) => ({ ...picture, id: index + 1 }));
  const annotations = numbered.flatMap(({ id, truth }) =>
    truth.map(({ x, y, width, height, crowd }) => ({
      image_id: id,
      category_id: 1,
      bbox: [x, y, width, height],
      area: width * height,
      iscrowd: Number(crowd),
    })),
  );
  const found = numbered.flatMap(({ id, proposals }) =>
    proposals.map(({ x, y, width, height, objectness }) => ({
      image_id: id,
      category_id: 1,
      bbox: [x, y, width, height],
      score: objectness,
    })),
  );
  const truth = {
    images: numbered.map(({ id }) => ({ id, width: 1000, height: 1000, file_name: `${id}.jpg` })),
    categories: [{ id: 1, name: 'product' }],
    annotations: annotations.map((annotation, index) => ({ id: index + 1, ...annotation })),
  };
  const file = path.join(folder, 'document.json');
  await writeFile(file, JSON.stringify({ truth, found }));
  const { stdout } = await promisify(execFile)(python!, [script, file]);
  return JSON.parse(stdout).AP50;
}

test.skipIf(!python).each([1, 2, 3, 4, 5])('AP50 is that of pycocotools, pictures %i', async (seed) => {
  const random = seeded(seed);
  const pictures = Array.from({ length: 20 }, () => randomPicture(random));
  const { ap50 } = evaluatePictures(pictures, { threshold: 0.5, acceptConfidence: null });
  expect(ap50).toBeGreaterThan(0.2);
  expect(ap50).toBeCloseTo(await scoreByPycocotools(pictures), 9);
});
