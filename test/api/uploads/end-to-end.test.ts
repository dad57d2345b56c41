import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { exampleFile } from '../../support/examples.ts';
import { analysisEvents, createItem, createTask, itemEvents } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { createUpload, readAnalysis, readImage, readUpload, send, submit } from './client.ts';

/** The whole way of pictures that are used before their bytes have come, with a worker and a real engine. */
let sightline: TestSightline;
let user: User;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer());
}

test('an item and a batch are submitted first and their bytes sent then: both end by themselves', async () => {
  const { eventCursor } = await user.run('{ eventCursor }');
  const thumbnail = await createUpload(user, { mimeType: 'image/heic' });
  const item = await createItem(user, { thumbnail: { uploadId: thumbnail.id } });
  const taskId = await createTask(user, { catalogItemIds: [item.id] });
  const [shelf, heic] = await Promise.all([createUpload(user), createUpload(user, { mimeType: 'image/heic' })]);
  const { batch, items } = await submit(user, taskId, { uploadId: shelf.id }, { uploadId: heic.id });
  const ids = items.map(({ analysis }: { analysis: { id: string } }) => analysis.id);

  const product = await readFile(join(import.meta.dirname, '../../fixtures/heic/product.heic'));
  expect((await send(thumbnail, product)).status).toBe(201);
  const itemStates = await user.collect(itemEvents, { ids: [item.id], after: eventCursor });
  expect(itemStates.map(({ status }) => status)).toEqual(['INDEXING', 'ACTIVE']);

  expect((await send(heic, product)).status).toBe(201);
  expect((await send(shelf, await bytesOf(await exampleFile('shelves/1-breakfast.jpg')))).status).toBe(201);
  const events = await user.collect(analysisEvents, { filter: { ids }, after: batch.eventCursor });
  for (const id of ids)
    expect(events.filter(({ analysisId }) => analysisId === id).map(({ status }) => status)).toEqual([
      'AWAITING_UPLOAD',
      'QUEUED',
      'RUNNING',
      'SUCCEEDED',
    ]);
  const { image } = await readAnalysis(user, ids[1]);
  expect(await readImage(user, image.id)).toMatchObject({ mimeType: 'image/heic', width: 160, height: 120 });
});

test('a worker ends what waits for bytes that never come', async () => {
  const target = await createUpload(user);
  const { batch, items } = await submit(user, await createTask(user), { uploadId: target.id });
  const overdue = "update upload set expires_at = now() - interval '1 second' where id = $1";
  await sightline.database.pool.query(overdue, [decodeId('upload', target.id)]);
  const { id } = items[0].analysis;
  const events = await user.collect(analysisEvents, { filter: { ids: [id] }, after: batch.eventCursor });
  expect(events.map(({ status }) => status)).toEqual(['AWAITING_UPLOAD', 'EXPIRED']);
  expect((await readUpload(user, target.id)).status).toBe('EXPIRED');
});
