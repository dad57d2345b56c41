import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { newSecret } from '../../../src/organizations/key-secret.ts';
import { type Sightline, startSightline } from '../../../src/server.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { detectorModel, formats, truth } from '../../support/detector-models.ts';
import { colourModel } from '../../support/onnx.ts';
import {
  frameSide,
  makeModelsDir,
  type OwnModel,
  sha256Of,
  writeMeanEmbedder,
  writeModel,
  writeProductPipeline,
} from '../../support/own-models.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { awaitEnd, createTask, submitBatch } from '../../support/recognition.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** A server with a detector of its user's own, and nothing of the project's models. */
let modelsDir: string;
let dataDir: string;
let database: TestDatabase;
const apiKey = newSecret();
beforeAll(async () => {
  modelsDir = await makeModelsDir();
  dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
  database = await createTestDatabase();
  await writeMeanEmbedder(modelsDir);
  await addVersion('1', ['jar', 'tin']);
});
afterAll(async () => {
  await database?.drop();
  for (const folder of [modelsDir, dataDir]) await rm(folder, { recursive: true, force: true });
});

async function addVersion(version: string, labels: string[], int8?: OwnModel['int8']): Promise<void> {
  const model = { name: 'own', version, onnx: detectorModel('yolo-v8', 1), output: formats['yolo-v8']!.output, labels };
  await writeModel(modelsDir, { ...model, kind: 'detector', ...(int8 && { int8 }) });
  await writeProductPipeline(modelsDir, { name: 'own', version, detector: `own@${version}` });
}

async function withServer<T>(role: 'start' | 'api', use: (user: User) => Promise<T>): Promise<T> {
  const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, MODELS_DIR: modelsDir, BOOTSTRAP_API_KEY: apiKey };
  const config = loadConfig({ ...env, PORT: '0', ENGINES: '1' });
  const sightline: Sightline = await startSightline(config, role, createLogger({ level: 'fatal', format: 'json' }));
  const user = createUser({ url: sightline.url!, apiKey });
  try {
    return await use(user);
  } finally {
    await user.close();
    await sightline.close(5_000);
  }
}

const size = { width: 200, height: 100 };

/** One analysis of a red picture for each task. */
async function analyze(user: User, taskIds: string[]): Promise<Data[]> {
  const source = { base64: await pictureBase64({ ...size, colour: '#ff0000', format: 'png' }) };
  const submitted = await submitBatch(
    user,
    taskIds.map((taskId) => ({ source, taskId })),
  );
  await awaitEnd(user, submitted);
  const query = /* GraphQL */ `query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Analysis {
        status failure { code message } pipeline { name version models { name version } }
        detections { box { x y width height } objectness label { name } }
      }
    }
  }`;
  return (await user.run(query, { ids: submitted.ids })).nodes;
}

const labelsOf = ({ detections }: Data) => detections.map(({ label }: Data) => label?.name);

test('a detector of one’s own finds what it was trained for; a task on one version stays on it when a newer one comes', async () => {
  const [pinned, open] = await withServer('start', async (user) => {
    const tasks = [await createTask(user, { pipeline: 'own@1' }), await createTask(user, { pipeline: 'own' })];
    const [found] = await analyze(user, tasks.slice(0, 1));
    const near = (value: number) => expect.closeTo(value, 3);
    // Boxes are told to a tenth of a pixel.
    const tenth = (value: number) => expect.closeTo(Math.round(value * 10) / 10, 3);
    const [scaleX, scaleY] = [size.width / frameSide, size.height / frameSide];
    expect(found).toEqual({
      status: 'SUCCEEDED',
      failure: null,
      pipeline: {
        name: 'own',
        version: '1',
        models: [
          { name: 'own', version: '1' },
          { name: 'means', version: '1' },
        ],
      },
      detections: truth.map(({ x, y, width, height, score, label }) => ({
        box: {
          x: tenth(x * scaleX),
          y: tenth(y * scaleY),
          width: tenth(width * scaleX),
          height: tenth(height * scaleY),
        },
        objectness: near(score),
        label: { name: ['jar', 'tin'][label] },
      })),
    });
    return tasks as [string, string];
  });
  await addVersion('2', ['glass', 'can']);
  await withServer('start', async (user) => {
    const [stays, moves] = await analyze(user, [pinned, open]);
    expect(stays.pipeline).toMatchObject({ version: '1', models: [{ version: '1' }, {}] });
    expect(labelsOf(stays)).toEqual(['jar', 'tin']);
    expect(moves.pipeline).toMatchObject({ version: '2', models: [{ version: '2' }, {}] });
    expect(labelsOf(moves)).toEqual(['glass', 'can']);
    const { pipelines } = await user.run('{ pipelines { name version } }');
    expect(pipelines).toEqual([
      { name: 'own', version: '1' },
      { name: 'own', version: '2' },
    ]);
  });
});

test('the file of a model is the one that engines chose for their machine, and its default while none runs', async () => {
  const [default8, chosen] = [
    colourModel(formats['yolo-v8']!.encode(1), { detours: 400 }),
    detectorModel('yolo-v8', 1),
  ];
  await addVersion('3', ['jar', 'tin'], { onnx: default8, threshold: 0.5 });
  const modelsOf = async (user: User) => {
    const { pipelines } = await user.run('{ pipelines { version models { name sha256 ready } } }');
    return pipelines.find(({ version }: Data) => version === '3').models;
  };
  expect(await withServer('start', modelsOf)).toMatchObject([
    { name: 'own', sha256: sha256Of(chosen), ready: true },
    { name: 'means', ready: true },
  ]);
  expect(await withServer('api', modelsOf)).toMatchObject([
    { name: 'own', sha256: sha256Of(default8), ready: false },
    { name: 'means', ready: false },
  ]);
});
