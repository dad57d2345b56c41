import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadModel } from '../../../src/models/load-model.ts';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import { verifyModel } from '../../../workers/engines/child/verify-model.ts';
import { makeColourModels } from '../../support/colour-models.ts';
import { picture } from '../../support/pictures.ts';
import { makeTestFolder, startTestPool } from './support/pools.ts';

/** A MODELS_DIR with nothing but the classifier of colours. */
async function makeModels(labels?: readonly object[]): Promise<string> {
  const folder = await makeColourModels({ withOthers: false, ...(labels && { labels }) });
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a pipeline that labels is loaded with its classifier, and alone is enough for a server', async () => {
  const [pipeline] = await loadPipelines(await makeModels());
  expect(pipeline).toMatchObject({
    key: 'colours@1',
    kind: 'LABELS',
    taskTypes: ['CLASSIFICATION', 'FILTER'],
    threshold: 0.1,
    embedderVersion: null,
    models: [{ name: 'colours', kind: 'classifier' }],
  });
});

describe('a classifier', () => {
  const labels = [{ name: 'red' }, { name: 'orange' }, { name: 'blue' }];
  const message = /has 4 numbers per picture, but the manifest has 3 labels/;

  test('with other labels than its model has numbers stops the start with a sentence that tells both', async () => {
    await expect(startTestPool({ modelsDir: await makeModels(labels) }).ready).rejects.toThrow(message);
  });

  test('is verified: its labels are counted, and told of a picture', async () => {
    const image = join(await makeTestFolder(), 'red.jpg');
    await writeFile(image, await picture({ colour: '#ff0000' }));
    const options = { threads: 1, image, maxImagePixels: 1_000_000 };
    const right = await verifyModel(await loadModel(await makeModels(), 'colours@1'), options);
    expect(right.found).toBe('the labels red (0.88), orange (0.12), grey (0.00)');
    const wrong = await loadModel(await makeModels(labels), 'colours@1');
    await expect(verifyModel(wrong, { ...options, image: null })).rejects.toThrow(message);
  });
});

describe('a pipeline that labels is refused', () => {
  test.each<[string, (json: Record<string, unknown>) => void, RegExp]>([
    [
      'for DETECTION',
      (json) => {
        json.taskTypes = ['DETECTION'];
      },
      /taskTypes/,
    ],
    [
      'with an embedder',
      (json) => {
        Object.assign(json.steps as object, { embedder: { model: 'product-embedder@2' } });
      },
      /embedder/,
    ],
    [
      'without a classifier, as one that finds products',
      (json) => {
        json.steps = {};
      },
      /steps\.detector/,
    ],
  ])('%s', async (_name, spoil, message) => {
    const folder = await makeModels();
    const file = join(folder, 'pipelines/colours.json');
    const json = JSON.parse(await readFile(file, 'utf8'));
    spoil(json);
    await writeFile(file, JSON.stringify(json));
    await expect(loadPipelines(folder)).rejects.toThrow(message);
  });
});
