import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createHints } from '../../../src/events/hints.ts';
import { decodeId } from '../../../src/ids.ts';
import { createLogger } from '../../../src/log.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { expireUploads } from '../../../src/uploads/expire-uploads.ts';
import { picture } from '../../support/pictures.ts';
import { analysisEvents, createTask } from '../../support/recognition.ts';
import { sha256 } from '../../support/sha256.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { createUpload, readAnalysis, readImage, readUpload, renew, send, submit, uploadImages } from './client.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

let user: User;
let taskId: string;
beforeEach(async () => {
  user = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
  taskId = await createTask(user);
  return () => user.close();
});

/** As if the hour, or the day, were over. */
async function letExpire(id: string): Promise<void> {
  const sql = "update upload set expires_at = now() - interval '1 second' where id = $1";
  await sightline.database.pool.query(sql, [decodeId('upload', id)]);
}

/** What workers do with every heartbeat. */
async function expire(): Promise<number> {
  const { db, url } = sightline.database;
  const logger = createLogger({ level: 'fatal', format: 'json' });
  const hints = createHints({ db, listenUrl: url, logger });
  return expireUploads({ db, hints, logger, blobs: await openDirectoryStore(join(sightline.dataDir, 'blobs')) });
}

describe('an upload whose bytes do not come in time', () => {
  test('expires with the analyses that wait for it', async () => {
    const target = await createUpload(user);
    const { batch, items } = await submit(user, taskId, { uploadId: target.id });
    const { id, image } = items[0].analysis;
    await letExpire(target.id);
    expect((await readUpload(user, target.id)).status).toBe('EXPIRED');
    const advice = /renewUpload .* ConflictError .* create another upload and submit that one\.$/;
    expect(await send(target, await picture())).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN', message: expect.stringMatching(advice) },
    });
    expect(await expire()).toBe(1);
    expect(await readAnalysis(user, id)).toMatchObject({
      status: 'EXPIRED',
      failure: null,
      batch: { status: 'COMPLETED', expired: 1, processing: 0 },
    });
    expect(await readImage(user, image.id)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'DOWNLOAD_FAILED', message: expect.stringMatching(advice) },
    });
    const events = await user.collect(analysisEvents, { filter: { ids: [id] }, after: batch.eventCursor });
    expect(events.map(({ status }) => status)).toEqual(['AWAITING_UPLOAD', 'EXPIRED']);
    expect(await expire()).toBe(0);
    const renewed = await renew(user, target.id);
    expect(renewed).toMatchObject({
      __typename: 'ConflictError',
      code: 'CONFLICT',
      message: expect.stringContaining('Create another upload and submit that one.'),
    });
    // What the messages advise works.
    const another = await createUpload(user);
    const { items: later } = await submit(user, taskId, { uploadId: another.id });
    expect((await send(another, await picture())).status).toBe(201);
    expect((await readAnalysis(user, later[0].analysis.id)).status).toBe('QUEUED');
  });

  test('is renewed before and after, as long as nothing has ended by it', async () => {
    const target = await createUpload(user);
    const [image] = await uploadImages(user, [{ source: { uploadId: target.id }, index: false }]);
    await letExpire(target.id);
    const [early] = await uploadImages(user, [{ source: { uploadId: target.id } }]);
    expect(early!.__typename).toBe('MediaError');
    await expire();
    expect((await readImage(user, image!.id)).status).toBe('FAILED');
    const renewed = await renew(user, target.id);
    expect(renewed).toMatchObject({ id: target.id, status: 'AWAITING_UPLOAD', image: { status: 'AWAITING_UPLOAD' } });
    expect(Date.parse(renewed.expiresAt)).toBeGreaterThan(Date.now());
    const { items } = await submit(user, taskId, { uploadId: target.id });
    await letExpire(target.id);
    const again = await renew(user, target.id);
    expect((await send(again, await picture())).status).toBe(201);
    expect((await readAnalysis(user, items[0].analysis.id)).status).toBe('QUEUED');
    expect((await renew(user, target.id)).__typename).toBe('ConflictError');
  });

  test('is made searchable all the same when it is renewed and they come', async () => {
    const target = await createUpload(user);
    const [image] = await uploadImages(user, [{ source: { uploadId: target.id } }]);
    await letExpire(target.id);
    await expire();
    expect(await readImage(user, image!.id)).toMatchObject({ status: 'FAILED', indexingStatus: 'FAILED' });
    const renewed = await renew(user, target.id);
    expect(await readImage(user, image!.id)).toMatchObject({ status: 'AWAITING_UPLOAD', indexingStatus: 'INDEXING' });
    await send(renewed, await picture());
    expect(await readImage(user, image!.id)).toMatchObject({ status: 'READY', indexingStatus: 'INDEXING' });
    const { rows } = await sightline.database.pool.query(
      `select payload from graphile_worker._private_jobs where payload::jsonb->'imageIds' ? $1`,
      [decodeId('image', image!.id)],
    );
    expect(rows).toHaveLength(1);
  });

  test('is forgotten with its bytes when they came and nobody used them', async () => {
    const bytes = await picture({ colour: '#abcdef' });
    const target = await createUpload(user);
    await send(target, bytes);
    const folder = join(sightline.dataDir, 'blobs');
    const isStored = async () =>
      (await readdir(folder, { recursive: true })).some((name) => name.endsWith(sha256(bytes)));
    expect(await isStored()).toBe(true);
    await expire();
    expect(await isStored()).toBe(true);
    await letExpire(target.id);
    expect(await expire()).toBe(1);
    expect(await isStored()).toBe(false);
    expect(await readUpload(user, target.id)).toBeNull();
  });

  test('keeps bytes that an image of another upload has as well', async () => {
    const bytes = await picture({ colour: '#fedcba' });
    const [unused, used] = await Promise.all([createUpload(user), createUpload(user)]);
    await Promise.all([send(unused, bytes), send(used, bytes)]);
    const [image] = await uploadImages(user, [{ source: { uploadId: used.id }, index: false }]);
    await letExpire(unused.id);
    await expire();
    const { url } = await readImage(user, image!.id);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(bytes);
  });
});
