import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Logger, runOnce } from 'graphile-worker';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { createHints } from '../../../src/events/hints.ts';
import { decodeId } from '../../../src/ids.ts';
import { receiveUploadJob } from '../../../src/jobs/definitions.ts';
import { createLogger } from '../../../src/log.ts';
import { cleanRetention } from '../../../src/retention/clean.ts';
import { openBlobStore } from '../../../src/storage/open-store.ts';
import { expireUploads } from '../../../src/uploads/expire-uploads.ts';
import { asTask } from '../../../workers/job-handler.ts';
import { receiveUploadHandler } from '../../../workers/jobs/receive-upload.ts';
import { picture } from '../../support/pictures.ts';
import { analysisEvents, createTask } from '../../support/recognition.ts';
import { type S3Server, startS3Server } from '../../support/s3-server.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { panFile } from '../videos/client.ts';
import {
  createResult,
  createUpload,
  readAnalysis,
  readImage,
  readUpload,
  renew,
  send,
  submit,
  uploadImages,
} from './client.ts';

/**
 * UPLOADS_DIRECT: bytes go to the bucket itself. The api, the bucket and the jobs are real; the jobs run when a test says so.
 * s3rver checks signatures, of links with all their headers, but not `x-amz-checksum-sha256` against the bytes, as S3
 * does: here other bytes of the right length come through to the worker, which is the harder case.
 */
const maxUploadBytes = 40_000;
let s3: S3Server;
let sightline: TestSightline;
let resources: Parameters<typeof receiveUploadHandler>[0] & Parameters<typeof expireUploads>[0];

beforeAll(async () => {
  s3 = await startS3Server();
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
  const env = {
    ...s3.env,
    UPLOADS_DIRECT: 'on',
    MAX_UPLOAD_BYTES: String(maxUploadBytes),
    MAX_IMAGE_PIXELS: '1000000',
  };
  sightline = await startTestSightline({ env });
  const { db, url } = sightline.database;
  const config = loadConfig({ ...env, DATA_DIR: sightline.dataDir });
  const logger = createLogger({ level: 'fatal', format: 'json' });
  const hints = createHints({ db, listenUrl: url, logger });
  resources = { db, config, hints, logger, blobs: await openBlobStore(config) };
});
afterAll(async () => {
  await sightline?.close();
  vi.unstubAllEnvs();
  await s3?.close();
});

let user: User;
let organizationId: string;
let taskId: string;
beforeEach(async () => {
  const tenant = await sightline.createTenant();
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  taskId = await createTask(user);
  return () => user.close();
});

/** Runs the jobs that are due, as a worker does. @returns the messages of those that failed */
async function look(): Promise<string[]> {
  const failed: string[] = [];
  await runOnce({
    pgPool: sightline.database.pool,
    taskList: { receive_upload: asTask(receiveUploadJob, receiveUploadHandler(resources)) },
    noPreparedStatements: true,
    noHandleSignals: true,
    logger: new Logger(() => (level, message) => {
      if (level === 'error') failed.push(message);
    }),
  });
  return failed;
}

/** As if the pause before the next look were over. */
async function skipPause(organization = organizationId): Promise<void> {
  await sightline.database.pool.query(
    `update graphile_worker._private_jobs set run_at = now() where payload->>'organizationId' = $1`,
    [organization],
  );
}

/** In how many seconds an upload is looked for; null: no more. A job that has ended may be there for a moment: its row goes after it. */
async function nextLook(id: string): Promise<number | null> {
  const { rows } = await sightline.database.pool.query(
    'select extract(epoch from run_at - now())::float8 as seconds from graphile_worker.jobs where key = $1',
    [`receive_upload:${decodeId('upload', id)}`],
  );
  return rows[0]?.seconds ?? null;
}

async function setExpiry(id: string, seconds: number): Promise<void> {
  const sql = "update upload set expires_at = now() + $2 * interval '1 second' where id = $1";
  await sightline.database.pool.query(sql, [decodeId('upload', id), seconds]);
}

/** What is said of bytes. */
function announce(bytes: Buffer): { byteSize: number; sha256: string } {
  return { byteSize: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function incoming(): Promise<string[]> {
  return (await s3.keys()).filter((key) => key.includes(`/${organizationId}/incoming/`));
}

describe('createUploads', () => {
  test('answers with links into the bucket, signed for these bytes', async () => {
    const bytes = await picture({ taken: '2024:05:06 07:08:09' });
    const target = await createUpload(user, announce(bytes));
    expect(target).toMatchObject({ status: 'AWAITING_UPLOAD', method: 'PUT' });
    const { pathname, origin, searchParams } = new URL(target.url);
    expect(origin).toBe(s3.endpoint);
    expect(pathname).toMatch(
      new RegExp(`^/${s3.bucket}/shelves/[0-9a-f-]{36}/incoming/${decodeId('upload', target.id)}$`),
    );
    expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host;x-amz-checksum-sha256');
    expect(target.headers).toEqual([
      { name: 'Content-Type', value: 'image/jpeg' },
      { name: 'Content-Length', value: String(bytes.length) },
      { name: 'x-amz-checksum-sha256', value: createHash('sha256').update(bytes).digest('base64') },
    ]);
    expect(Number(searchParams.get('X-Amz-Expires'))).toBe(59 * 60);
    const signed = searchParams.get('X-Amz-Date')!.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z');
    expect(Math.round((Date.parse(target.expiresAt) - Date.parse(signed)) / 60_000)).toBe(59);
    expect((await readUpload(user, target.id)).url).toBe(target.url);

    expect((await send(target, bytes)).status).toBe(200);
    await skipPause();
    expect(await look()).toEqual([]);
    expect(await readUpload(user, target.id)).toMatchObject({ status: 'RECEIVED', image: null });
    expect(await incoming()).toEqual([]);
    await expect.poll(() => nextLook(target.id)).toBeNull();
    const [image] = await uploadImages(user, [{ source: { uploadId: target.id }, index: false }]);
    expect(image).toMatchObject({ status: 'READY', recordedAt: '2024-05-06T07:08:09.000Z' });
    const { url } = await readImage(user, image!.id);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(bytes);
  });

  test('requires what the link is signed for', async () => {
    const wrong = await createResult(user, [
      { filename: 'a.jpg', mimeType: 'image/jpeg' },
      { filename: 'a.jpg', mimeType: 'image/jpeg', byteSize: 10 },
      { filename: 'a.jpg', mimeType: 'image/jpeg', sha256: 'ab'.repeat(32), byteSize: 0.5 },
    ]);
    expect(wrong.__typename).toBe('ValidationError');
    expect(wrong.issues.map((issue: Data) => [issue.path.join('.'), issue.message.split('.')[0]])).toEqual([
      ['uploads.0.byteSize', 'byteSize is missing'],
      ['uploads.0.sha256', 'sha256 is missing'],
      ['uploads.1.sha256', 'sha256 is missing'],
      ['uploads.2.byteSize', 'byteSize is 0'],
    ]);
    const large = await createResult(user, [
      { filename: 'a.jpg', mimeType: 'image/jpeg', byteSize: maxUploadBytes + 1, sha256: 'ab'.repeat(32) },
    ]);
    expect(large).toMatchObject({ __typename: 'MediaError', code: 'FILE_TOO_LARGE', limit: maxUploadBytes });
  });
});

test('a link takes nothing but what it was signed for, and only where it leads', async () => {
  const bytes = await picture();
  const target = await createUpload(user, announce(bytes));
  const other = await createUpload(user, announce(bytes));
  const fields = Object.fromEntries(target.headers.map(({ name, value }: Data) => [name.toLowerCase(), value]));
  const attempts: [title: string, url: string, headers: Record<string, string>, body: Buffer<ArrayBuffer>][] = [
    [
      'a longer body',
      target.url,
      { ...fields, 'content-length': String(bytes.length + 1) },
      Buffer.alloc(bytes.length + 1),
    ],
    ['another hash', target.url, { ...fields, 'x-amz-checksum-sha256': `${'A'.repeat(43)}=` }, bytes],
    ['no hash', target.url, { 'content-type': 'image/jpeg' }, bytes],
    ['another type', target.url, { ...fields, 'content-type': 'text/html' }, bytes],
    ['another place', other.url.replace(/\?.*/, new URL(target.url).search), fields, bytes],
  ];
  for (const [title, url, headers, body] of attempts) {
    const { status } = await fetch(url, { method: 'PUT', headers, body });
    expect(status, title).toBe(403);
  }
  expect(await incoming()).toEqual([]);
  expect((await fetch(target.url)).status).toBe(403);
});

describe('an upload that is used before its bytes have come', () => {
  test('makes what uses it wait, and goes on by itself when they do', async () => {
    const bytes = await picture({ colour: '#123456', taken: '2024:05:06 07:08:09' });
    const target = await createUpload(user, announce(bytes));
    const { batch, items } = await submit(user, taskId, { uploadId: target.id }, { uploadId: target.id });
    const { analysis } = items[0];
    expect(analysis).toMatchObject({ status: 'AWAITING_UPLOAD', image: { status: 'AWAITING_UPLOAD' } });
    const events = user.stream(analysisEvents, { filter: { ids: [analysis.id] }, after: batch.eventCursor });
    expect((await events.next()).value).toMatchObject({ status: 'AWAITING_UPLOAD' });
    expect(await look()).toEqual([]);
    expect((await readUpload(user, target.id)).status).toBe('AWAITING_UPLOAD');
    expect((await send(target, bytes)).status).toBe(200);
    await skipPause();
    expect(await look()).toEqual([]);
    expect((await events.next()).value).toMatchObject({ status: 'QUEUED', previousStatus: 'AWAITING_UPLOAD' });
    await events.return?.();
    for (const one of items) expect((await readAnalysis(user, one.analysis.id)).status).toBe('QUEUED');
    expect(await readImage(user, analysis.image.id)).toMatchObject({ status: 'READY', width: 60, ...sha(bytes) });
    expect(await incoming()).toEqual([]);
  });

  test('is looked for soon at first, then seldom, and at once when it is used', async () => {
    const target = await createUpload(user, announce(await picture()));
    expect(await nextLook(target.id)).toBeLessThanOrEqual(1.5);
    await setExpiry(target.id, 3_600 - 60);
    await skipPause();
    await look();
    expect(Math.round((await nextLook(target.id))!)).toBe(15);
    await setExpiry(target.id, 600);
    await skipPause();
    await look();
    expect(Math.round((await nextLook(target.id))!)).toBe(30);
    await submit(user, taskId, { uploadId: target.id });
    expect(await nextLook(target.id)).toBeLessThanOrEqual(0);
  });

  test('FAILED, with all that waits, when the bytes cannot be used', async () => {
    const good = await picture();
    const large = await picture({ width: 1001, height: 1000, format: 'png' });
    const cases: [said: Record<string, unknown>, bytes: Buffer<ArrayBuffer>, code: string][] = [
      [announce(good), otherEnd(good), 'CHECKSUM_MISMATCH'],
      [{ ...announce(good), mimeType: 'image/png' }, good, 'UNSUPPORTED_MEDIA'],
      [announce(Buffer.from('This is no picture.')), Buffer.from('This is no picture.'), 'INVALID_IMAGE'],
      [announce(Buffer.from('%PDF-1.7 and more')), Buffer.from('%PDF-1.7 and more'), 'UNSUPPORTED_MEDIA'],
      [{ ...announce(large), mimeType: 'image/png' }, large, 'IMAGE_TOO_LARGE'],
    ];
    for (const [said, bytes, code] of cases) {
      const target = await createUpload(user, said);
      const { items } = await submit(user, taskId, { uploadId: target.id });
      expect((await send(target, bytes)).status).toBe(200);
      await skipPause();
      expect(await look()).toEqual([]);
      expect(await readUpload(user, target.id)).toMatchObject({ status: 'FAILED', failure: { code } });
      expect(await readAnalysis(user, items[0].analysis.id)).toMatchObject({
        status: 'FAILED',
        failure: { code, retryable: false },
        image: { status: 'FAILED' },
        batch: { status: 'COMPLETED', failed: 1 },
      });
      expect((await renew(user, target.id)).__typename).toBe('ConflictError');
      expect((await fetch((await readUpload(user, target.id)).url, { method: 'PUT', body: bytes })).status).toBe(403);
    }
    expect((await s3.keys()).filter((key) => key.includes(organizationId))).toEqual([]);
  });

  test('FAILED when the plan has no room by the time they come', async () => {
    const tenant = await sightline.createTenant({ plan: 'FREE' });
    const free = createUser({ url: sightline.url, apiKey: tenant.apiKey });
    const bytes = await picture({ colour: '#00ff7f' });
    const target = await createUpload(free, announce(bytes));
    const [image] = await uploadImages(free, [{ source: { uploadId: target.id }, index: false }]);
    const { pool } = sightline.database;
    await pool.query(
      `insert into blob (organization_id, sha256, byte_size, mime_type, width, height)
       select $1, decode($2, 'hex'), max_storage_bytes, 'image/jpeg', 1, 1 from plan where name = 'FREE'`,
      [tenant.organizationId, 'ab'.repeat(32)],
    );
    await send(target, bytes);
    await skipPause(tenant.organizationId);
    expect(await look()).toEqual([]);
    expect(await readImage(free, image!.id)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'DOWNLOAD_FAILED', retryable: true, message: expect.stringContaining('plan') },
    });
    expect((await s3.keys()).filter((key) => key.includes(tenant.organizationId))).toEqual([]);
    await free.close();
  });

  test('is gone with its image, and so is what comes for it', async () => {
    const bytes = await picture();
    const target = await createUpload(user, announce(bytes));
    const { items } = await submit(user, taskId, { uploadId: target.id });
    await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', {
      ids: [items[0].analysis.image.id],
    });
    await send(target, bytes);
    expect(await incoming()).toHaveLength(1);
    await skipPause();
    expect(await look()).toEqual([]);
    expect(await incoming()).toEqual([]);
    await expect.poll(() => nextLook(target.id)).toBeNull();
  });
});

test('bytes that the organisation has already are stored once', async () => {
  const bytes = await picture({ colour: '#0a0b0c' });
  const first = await createUpload(user, announce(bytes));
  const second = await createUpload(user, announce(bytes));
  await Promise.all([send(first, bytes), send(second, bytes)]);
  await skipPause();
  expect(await look()).toEqual([]);
  const images = await uploadImages(user, [
    { source: { uploadId: first.id }, index: false },
    { source: { uploadId: second.id }, index: false },
  ]);
  for (const image of images) expect(image).toMatchObject({ status: 'READY', ...sha(bytes) });
  expect((await s3.keys()).filter((key) => key.endsWith(sha(bytes).sha256))).toHaveLength(1);
});

test('bytes that are sent once more do no harm, and the cleaning removes them after a day', async () => {
  const bytes = await picture({ colour: '#abcabc' });
  const target = await createUpload(user, announce(bytes));
  await send(target, bytes);
  await skipPause();
  await look();
  expect((await send(target, bytes)).status).toBe(200);
  const [again] = await incoming();
  const { signal } = new AbortController();
  await cleanRetention(resources, signal);
  expect(await incoming()).toEqual([again]);
  await s3.age(again!, 86_400_000 + 60_000);
  expect((await cleanRetention(resources, signal)).incoming).toBe(1);
  expect(await incoming()).toEqual([]);
  const [image] = await uploadImages(user, [{ source: { uploadId: target.id }, index: false }]);
  expect(image).toMatchObject({ status: 'READY' });
});

describe('an upload whose bytes do not come in time', () => {
  test('expires with the analyses that wait for it, and what came too late is removed', async () => {
    const bytes = await picture();
    const target = await createUpload(user, announce(bytes));
    const { items } = await submit(user, taskId, { uploadId: target.id });
    await setExpiry(target.id, -1);
    const { url } = await readUpload(user, target.id);
    expect((await send({ ...target, url }, bytes)).status).toBe(403);
    await send(target, bytes);
    await expireUploads(resources);
    expect((await readAnalysis(user, items[0].analysis.id)).status).toBe('EXPIRED');
    await skipPause();
    expect(await look()).toEqual([]);
    expect(await incoming()).toEqual([]);
    await expect.poll(() => nextLook(target.id)).toBeNull();
  });

  test('is renewed with a fresh link, and looked for again', async () => {
    const bytes = await picture({ colour: '#990000' });
    const target = await createUpload(user, announce(bytes));
    const [image] = await uploadImages(user, [{ source: { uploadId: target.id }, index: false }]);
    await setExpiry(target.id, -1);
    await expireUploads(resources);
    await skipPause();
    expect(await look()).toEqual([]);
    await expect.poll(() => nextLook(target.id)).toBeNull();
    const renewed = await renew(user, target.id);
    expect(renewed).toMatchObject({ id: target.id, status: 'AWAITING_UPLOAD', image: { id: image!.id } });
    expect(Date.parse(renewed.expiresAt)).toBeGreaterThan(Date.now());
    expect((await send(renewed, bytes)).status).toBe(200);
    expect(await look()).toEqual([]);
    expect((await readImage(user, image!.id)).status).toBe('READY');
  });
});

test('UPLOADS_DIRECT needs a bucket', () => {
  expect(() => loadConfig({ UPLOADS_DIRECT: 'on' })).toThrow(
    'UPLOADS_DIRECT is on, but there is no bucket to send to; set BLOB_STORE=s3://bucket, or UPLOADS_DIRECT=off.',
  );
});

/** A picture of the same length that differs in its last byte. */
function otherEnd(bytes: Buffer): Buffer<ArrayBuffer> {
  const other = Buffer.from(bytes);
  other[other.length - 1]! ^= 1;
  return other;
}

function sha(bytes: Buffer): { sha256: string } {
  return { sha256: announce(bytes).sha256 };
}

test('resumableUrl leads to the server itself: what is sent there goes on after a cut', async () => {
  const bytes = await readFile(panFile);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const about = { filename: 'aisle.mp4', mimeType: 'video/mp4', byteSize: bytes.length, sha256 };
  const target = await createUpload(user, about);
  expect(new URL(target.url).origin).not.toBe(sightline.url);
  expect(new URL(target.resumableUrl).origin).toBe(sightline.url);
  const sendPart = (first: number, end: number) =>
    send({ ...target, url: target.resumableUrl }, new Uint8Array(bytes.subarray(first, end)), {
      headers: { 'content-range': `bytes ${first}-${end - 1}/${bytes.length}` },
    });
  const half = 512 * 1024;
  expect(await sendPart(0, half)).toMatchObject({ status: 308, body: { receivedBytes: half } });
  expect((await sendPart(half, bytes.length)).status).toBe(201);
  expect(await readUpload(user, target.id)).toMatchObject({ status: 'RECEIVED' });
  expect(await look()).toEqual([]);
});
