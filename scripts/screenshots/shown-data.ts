import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Client } from '../../src/cli/client.ts';
import { awaitActive, ensureItem, type Item } from '../../src/cli/demo/catalogue.ts';
import { exampleProducts, examplesDir } from '../../src/cli/demo/examples.ts';
import { exampleShelves } from '../../src/cli/demo/pictures.ts';
import { followVideo, submitVideo } from '../../src/cli/demo/videos/analyze-video.ts';
import { mutate } from './mutate.ts';

/** Where pages are of which there are several. */
export interface Shown {
  taskId: string;
  analysisId: string;
  videoAnalysisId: string;
  planogramId: string;
  placeId: string;
  /** Of a visit of the place, and of the one before it. */
  visitIds: { before: string; after: string };
}

const placeId = 'Store 12/Bay 3';
const breakfast = 'shelves/1-breakfast.jpg';
/** Sold out on the second visit. */
const soldOut = 'wimborel-mint-tea';

/**
 * A catalogue, a task, shelves that were recognised, and what people have said about them: enough for every page to show something.
 * @param connectAs makes a client with another secret
 */
export async function makeShownData(client: Client, connectAs: (secret: string) => Client): Promise<Shown> {
  const items: Item[] = [];
  for (const product of await exampleProducts()) items.push(await ensureItem(client, product));
  await awaitActive(client, items, () => undefined);
  const taskId = await createTask(client, items);
  const shelves = await exampleShelves();
  const files = await Promise.all(shelves.map(({ path }) => readFile(path)));
  const names = ['Breakfast', 'Drinks', 'Household', 'Upright', 'Whole bay', 'Evening'];
  const ids: string[] = [];
  // One after the other: the latency that is shown has no queue in it.
  for (const [index, name] of names.entries())
    ids.push(await submit(client, taskId, { externalId: `${name}.jpg`, placeId: `Store ${7 + index}` }, files[index]!));
  const [modelId, , , analysisId] = ids;
  const { id: planogramId } = await mutate<{ id: string }>(
    client,
    { field: 'createPlanogram', input: 'CreatePlanogramInput', select: '... on Planogram { id }' },
    { name: 'Breakfast bay', placeId, content: { analysisId: modelId } },
  );
  for (const [visitId, file] of [
    ['Monday', files[0]!],
    ['Tuesday', await coverProduct(files[0]!)],
  ] as const)
    await submit(client, taskId, { externalId: `${visitId}.jpg`, placeId, visitId }, file);
  const video = { path: join(examplesDir, 'videos/aisle-pan.mp4'), name: 'Aisle.mp4' };
  const videoAnalysisId = await submitVideo(client, taskId, video);
  for await (const _ of followVideo(client, videoAnalysisId));
  await propose(client, connectAs, analysisId!, items);
  await administer(client, taskId);
  const { visits } = await client.request<{ visits: { nodes: { id: string }[] } }>('{ visits { nodes { id } } }');
  const [after, before] = visits.nodes.map(({ id }) => id);
  // What a visit found raises alerts when it ends.
  for (const id of [before, after]) await client.request(`mutation { closeVisit(id: "${id}") { __typename } }`);
  const shown = { taskId, analysisId: analysisId!, videoAnalysisId, planogramId, placeId };
  return { ...shown, visitIds: { before: before!, after: after! } };
}

async function createTask(client: Client, items: readonly Item[]): Promise<string> {
  const { id } = await mutate<{ id: string }>(
    client,
    { field: 'createTask', input: 'CreateTaskInput', select: '... on Task { id }' },
    {
      name: 'Shelf audit',
      catalogItemIds: items.map((item) => item.id),
      topCandidates: 5,
      computeRealogram: true,
      computeShares: true,
      findGaps: true,
      alertRules: { itemMissing: true, complianceBelow: 0.9 },
    },
  );
  return id;
}

/** Sends a picture and waits until it has been recognised. @returns the id of its analysis */
async function submit(client: Client, taskId: string, image: object, file: Buffer): Promise<string> {
  const { batch, items } = await mutate<{ batch: { id: string }; items: { analysis: { id: string } }[] }>(
    client,
    {
      field: 'submitBatch',
      input: 'SubmitBatchInput',
      select: '... on SubmitBatchPayload { batch { id } items { analysis { id } } }',
    },
    { taskId, images: [{ ...image, source: { base64: file.toString('base64') } }] },
  );
  const ends = client.subscribe('subscription ($id: ID!) { batchEvents(batchId: $id) { __typename } }', {
    id: batch.id,
  });
  for await (const _ of ends);
  return items[0]!.analysis.id;
}

/** The shelf with the colour of its back where a product stood. */
async function coverProduct(picture: Buffer): Promise<Buffer> {
  interface Facing {
    product: string;
    box: { x: number; y: number; width: number; height: number };
  }
  const { shelves } = JSON.parse(await readFile(join(examplesDir, 'truth.json'), 'utf8')) as {
    shelves: { file: string; facings: Facing[] }[];
  };
  const { facings } = shelves.find(({ file }) => file === breakfast)!;
  const covers = facings
    .filter(({ product }) => product === soldOut)
    .map(({ box }) => ({
      input: {
        create: {
          width: Math.ceil(box.width),
          height: Math.ceil(box.height),
          channels: 3 as const,
          background: '#3a322c',
        },
      },
      left: Math.round(box.x),
      top: Math.round(box.y),
    }));
  return sharp(picture).composite(covers).jpeg().toBuffer();
}

/** Somebody without the scope TEACH proposes corrections. */
async function propose(
  client: Client,
  connectAs: (secret: string) => Client,
  analysisId: string,
  [item]: readonly Item[],
): Promise<void> {
  const { secret } = await mutate<{ secret: string }>(
    client,
    {
      field: 'createSessionToken',
      input: 'CreateSessionTokenInput',
      select: '... on CreateSessionTokenPayload { secret }',
    },
    { scopes: ['WRITE'], actor: 'Night shift' },
  );
  const verdicts = [{ catalogItemId: item!.id }, { notAProduct: true }, { unknown: true }];
  const corrections = verdicts.map((verdict, index) => ({
    target: { detectionId: `${analysisId}-${index * 4}` },
    verdict,
  }));
  await mutate(
    connectAs(secret),
    { field: 'correctDetections', input: 'CorrectDetectionsInput', select: '__typename' },
    { corrections },
  );
}

async function administer(client: Client, taskId: string): Promise<void> {
  for (const [name, scopes] of [
    ['Phones', '[WRITE]'],
    ['Head office', '[TEACH]'],
  ])
    await client.request(`mutation { createApiKey(name: "${name}", scopes: ${scopes}) { __typename } }`);
  for (const format of ['CSV', 'COCO'])
    await mutate(
      client,
      { field: 'exportAnalyses', input: 'ExportInput', select: '__typename' },
      { format, filter: { taskId } },
    );
}
