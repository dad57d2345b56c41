import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { insertAlerts } from '../../../src/alerts/alerts.repository.ts';
import { appendAlertEvents } from '../../../src/alerts/evaluate.ts';
import { moveAnalyses } from '../../../src/analyses/life.repository.ts';
import { beat } from '../../../src/analyses/worker-processes.repository.ts';
import { runExport } from '../../../src/exports/run-export.ts';
import { decodeId, encodeId, type IdKind, newId } from '../../../src/ids.ts';
import { indexModel } from '../../../src/library/index-model.ts';
import { finishImageIndexing, listUnindexed } from '../../../src/library/indexing.repository.ts';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { claimAny } from '../../support/claims.ts';
import { picture, pictureBase64 } from '../../support/pictures.ts';
import { createItem, createTask, submitBatch } from '../../support/recognition.ts';
import type { TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { createUpload, send } from '../uploads/client.ts';
import { analyzeVideo, pan } from '../videos/client.ts';

/** One of everything that has an id, and who it belongs to. */
export interface World {
  user: User;
  organizationId: string;
  /** Before everything that belongs to it. */
  eventCursor: string;
  /** Writes the file of an export, as a worker would. */
  writeExport(id: string): Promise<void>;
  ids: Ids;
}

export interface Ids {
  organization: string;
  apiKey: string;
  sessionToken: string;
  catalogItem: string;
  /** A further picture of the item. */
  referenceImage: string;
  image: string;
  task: string;
  batch: string;
  /** It SUCCEEDED and found the item on the image. */
  analysis: string;
  /** It waits. */
  openAnalysis: string;
  /** Its bytes have come, the same as those of the image, and nobody has used it. */
  upload: string;
  /** Its bytes have not come. */
  awaitedUpload: string;
  /** It SUCCEEDED. */
  export: string;
  catalogImport: string;
  /** Of the task. */
  planogram: string;
  /** Of both analyses. */
  visit: string;
  /** Of the task, about the item. */
  shelfAlert: string;
  /** What the analysis found, confirmed. */
  correction: string;
  /** Its bytes have come, and no worker has read their header. */
  video: string;
  /** Its bytes have not come. */
  awaitedVideoUpload: string;
  /** Of the task and the video; it waits. */
  videoAnalysis: string;
}

export type Kind = keyof Ids;

export const idKinds: Record<Kind, IdKind> = {
  organization: 'organization',
  apiKey: 'apiKey',
  sessionToken: 'sessionToken',
  catalogItem: 'catalogItem',
  referenceImage: 'image',
  image: 'image',
  task: 'task',
  batch: 'batch',
  analysis: 'analysis',
  openAnalysis: 'analysis',
  upload: 'upload',
  awaitedUpload: 'upload',
  export: 'export',
  catalogImport: 'catalogImport',
  planogram: 'planogram',
  visit: 'visit',
  shelfAlert: 'shelfAlert',
  correction: 'correction',
  video: 'video',
  awaitedVideoUpload: 'upload',
  videoAnalysis: 'videoAnalysis',
};

/**
 * All of it, in a new organisation unless `beside` names one that has such a world already.
 * @param placeId of its images
 */
export async function createWorld(
  sightline: TestSightline,
  { placeId, beside }: { placeId?: string; beside?: World } = {},
): Promise<World> {
  const { organizationId, user } = beside ?? (await createOwner(sightline));
  const { eventCursor, viewer } = await user.run('{ eventCursor viewer { organization { id } apiKey { id } } }');
  const bytes = await picture({ colour: '#112233' });
  const base64 = bytes.toString('base64');
  const item = await createItem(user, {
    thumbnail: { base64 },
    referenceImages: [{ base64: await pictureBase64({ colour: '#445566' }) }],
  });
  const task = await createTask(user, { catalogItemIds: [item.id] });
  const submitted = await submitBatch(
    user,
    [
      { source: { base64 }, placeId, visitId: `visit-${task}` },
      { source: { base64 }, placeId, visitId: `visit-${task}` },
    ],
    { taskId: task },
  );
  const [analysis, openAnalysis] = submitted.ids as [string, string];
  await succeed(sightline, organizationId, { analysis, item: item.id });
  const images = submitted.analyses.map(({ image }) => image.id);
  await index(sightline, organizationId, images);
  const upload = await createUpload(user);
  await send(upload, bytes);
  const writeExport = await exportWriter(sightline, organizationId);
  const { exportAnalyses } = await user.run(
    'mutation { exportAnalyses(input: { format: JSONL, filter: {} }) { ... on Export { id } } }',
  );
  await writeExport(exportAnalyses.id);
  const { node } = await user.run(
    'query ($id: ID!) { node(id: $id) { ... on CatalogItem { referenceImages { id } } } }',
    { id: item.id },
  );
  const { createSessionToken } = await user.run(
    'mutation { createSessionToken(input: { scopes: [READ] }) { ... on CreateSessionTokenPayload { sessionToken { id } } } }',
  );
  const { importCatalog } = await user.run(
    'mutation ($file: Upload!) { importCatalog(input: { file: $file }) { ... on CatalogImport { id } } }',
    { file: null },
    { file: new Blob(['customId,name\nworld,World\n']) },
  );
  const { createPlanogram } = await user.run(
    'mutation ($input: CreatePlanogramInput!) { createPlanogram(input: $input) { ... on Planogram { id } } }',
    {
      input: {
        name: 'Plan',
        taskId: task,
        content: { shelves: [{ positions: [{ item: { catalogItemId: item.id } }] }] },
      },
    },
  );
  const { visits } = await user.run('{ visits(first: 1) { nodes { id } } }');
  const correctText = `mutation ($detectionId: ID!, $catalogItemId: ID!) { correctDetections(input: {
    corrections: [{ target: { detectionId: $detectionId }, verdict: { catalogItemId: $catalogItemId } }]
  }) { ... on CorrectDetectionsPayload { results { ... on Correction { id } } } } }`;
  const { correctDetections } = await user.run(correctText, {
    detectionId: `${analysis}-0`,
    catalogItemId: item.id,
  });
  const videoAnalysis = await analyzeVideo(user, { taskId: task, source: { upload: await pan() }, placeId });
  await insertTrack(sightline, organizationId, { videoAnalysis: videoAnalysis.id, item: item.id });
  const awaitedVideoUpload = await createUpload(user, { filename: 'a.mp4', mimeType: 'video/mp4' });
  return {
    user,
    organizationId,
    eventCursor,
    writeExport,
    ids: {
      organization: viewer.organization.id,
      apiKey: viewer.apiKey.id,
      sessionToken: createSessionToken.sessionToken.id,
      catalogItem: item.id,
      referenceImage: node.referenceImages[0].id,
      image: images[0],
      task,
      batch: submitted.batch.id,
      analysis,
      openAnalysis,
      upload: upload.id,
      awaitedUpload: (await createUpload(user)).id,
      export: exportAnalyses.id,
      catalogImport: importCatalog.id,
      planogram: createPlanogram.id,
      visit: visits.nodes[0].id,
      shelfAlert: await raiseAlert(sightline, organizationId, { task, item: item.id }),
      correction: correctDetections.results[0].id,
      video: videoAnalysis.video.id,
      awaitedVideoUpload: awaitedVideoUpload.id,
      videoAnalysis: videoAnalysis.id,
    },
  };
}

/** As a worker would, of the item in one frame. */
async function insertTrack(
  { database: { db } }: TestSightline,
  organizationId: string,
  { videoAnalysis, item }: { videoAnalysis: string; item: string },
): Promise<void> {
  const sighting = { timeSeconds: 0, box: [1, 2, 30, 20] };
  await db
    .insertInto('video_track')
    .values({
      organization_id: organizationId,
      video_analysis_id: decodeId('videoAnalysis', videoAnalysis)!,
      catalog_item_id: decodeId('catalogItem', item),
      ...{ track: 1, confidence: 0.9, first_seconds: 0, last_seconds: 0, sightings: 1, is_ended: true },
      best: JSON.stringify({ ...sighting, width: 60, height: 40 }),
      path: JSON.stringify([sighting]),
    })
    .execute();
}

async function createOwner(sightline: TestSightline): Promise<Pick<World, 'organizationId' | 'user'>> {
  const { organizationId, apiKey } = await sightline.createTenant({ scopes: ['ADMIN'] });
  return { organizationId, user: createUser({ url: sightline.url, apiKey }) };
}

/** As a worker would, with one detection of the item. */
async function succeed(
  { database: { db } }: TestSightline,
  organizationId: string,
  { analysis, item }: { analysis: string; item: string },
): Promise<void> {
  const workerId = newId();
  const process = { id: workerId, poolIds: [], dataDirId: null, livenessKey: null, host: 'test', pid: 1, version: '0' };
  await beat(db, process, []);
  const analysisId = decodeId('analysis', analysis)!;
  const itemId = decodeId('catalogItem', item)!;
  const result = {
    width: 60,
    height: 40,
    labels: [],
    accepted: null,
    texts: null,
    codes: null,
    prices: null,
    warnings: [],
    timings: { decodeMs: 1, inferenceMs: 1, matchMs: 1 },
    detections: [
      {
        box: [1, 2, 30, 20] as [number, number, number, number],
        objectness: 0.9,
        confidence: 0.8,
        itemId,
        matchedBy: 'APPEARANCE' as const,
        candidates: [{ itemId, confidence: 0.8 }],
        label: null,
      },
    ],
  };
  const claimed = await claimAny(db, workerId, 100);
  if (!claimed.some(({ id }) => id === analysisId)) throw new Error('The analysis was not there to claim.');
  await db.transaction().execute((trx) =>
    moveAnalyses(trx, [
      { analysisId, workerId, to: 'RUNNING', agoMs: 0, attempt: 1, inactiveItemCount: 0 },
      { analysisId, workerId, to: 'SUCCEEDED', agoMs: 0, result },
    ]),
  );
  await db
    .updateTable('analysis')
    .set({ lease_worker_id: null })
    .where('organization_id', '=', organizationId)
    .execute();
}

/** As a worker would, with its event. */
async function raiseAlert(
  { database: { db } }: TestSightline,
  organizationId: string,
  { task, item }: { task: string; item: string },
): Promise<string> {
  const alert = {
    ...{ id: newId(), organization_id: organizationId, kind: 'ITEM_MISSING' as const, place_id: null },
    ...{ task_id: decodeId('task', task)!, catalog_item_id: decodeId('catalogItem', item)! },
    ...{ analysis_id: null, visit_id: null, value: null, price: null, seen_at: new Date() },
  };
  await db.transaction().execute(async (trx) => {
    await insertAlerts(trx, [alert]);
    await appendAlertEvents(trx, [alert], 'RAISED');
  });
  return encodeId('shelfAlert', alert.id);
}

/** As a worker would, with the same description of each: searches by one find the others. */
async function index({ database: { db } }: TestSightline, organizationId: string, images: string[]): Promise<void> {
  const model = indexModel(await loadPipelines(fileURLToPath(new URL('../../../models', import.meta.url))))!.version;
  const ids = images.map((id) => decodeId('image', id)!);
  const embedding = new Float32Array(256);
  embedding[0] = 1;
  const unindexed = await listUnindexed(db, organizationId, ids, model);
  const described = unindexed.map((image) => ({ organizationId, model, ...image, described: { embedding } }));
  await db.transaction().execute((trx) => finishImageIndexing(trx, described));
}

async function exportWriter({ database: { db }, dataDir }: TestSightline, organizationId: string) {
  const blobs = await openDirectoryStore(join(dataDir, 'blobs'));
  return (id: string) =>
    runExport({ db, blobs }, { organizationId, exportId: decodeId('export', id)! }, new AbortController().signal);
}
