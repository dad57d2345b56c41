import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { picture, pictureBase64 } from '../../support/pictures.ts';
import { analysisEvents, createTask } from '../../support/recognition.ts';
import { type S3Server, startS3Server } from '../../support/s3-server.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { createUpload, send, submit as submitUpload } from '../uploads/client.ts';

/** Everything that is kept in a bucket, from the outside: pictures come, are recognised, shown, exported and removed. */
let s3: S3Server;
let sightline: TestSightline;
let user: User;
beforeAll(async () => {
  s3 = await startS3Server();
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1', UPLOADS_DIRECT: 'on', ...s3.env } });
  user = createUser(sightline);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
  vi.unstubAllEnvs();
  await s3?.close();
});

const width = 1_600;

interface Submitted {
  imageId: string;
  sha256: string;
  url: string;
}

async function submit(colour: string, wide = width): Promise<Submitted> {
  const taskId = await createTask(user);
  const base64 = await pictureBase64({ colour, width: wide, height: 400 });
  const { recognizeImage } = await user.run(
    `mutation ($input: RecognizeImageInput!) {
      recognizeImage(input: $input) {
        ... on RecognizeImagePayload { analysis { status image { id sha256 url } } }
      }
    }`,
    { input: { taskId, image: { source: { base64 } } } },
  );
  const { analysis } = recognizeImage;
  // It can be only when the worker has read the picture from the bucket.
  expect(analysis.status).toBe('SUCCEEDED');
  const { id, sha256, url } = analysis.image;
  return { imageId: id, sha256, url };
}

test('a picture is an object of its organisation, which its link redirects to', async () => {
  const { sha256, url, imageId } = await submit('#336699');
  const [key] = (await s3.keys()).filter((name) => name.endsWith(sha256));
  expect(key).toMatch(new RegExp(`^shelves/[0-9a-f-]{36}/${sha256.slice(0, 2)}/${sha256}$`));
  expect(await readdir(sightline.dataDir)).not.toContain('blobs');
  expect(await readdir(join(sightline.dataDir, 'cache', 'tmp'))).toEqual([]);

  const answer = await fetch(url, { redirect: 'manual' });
  expect(answer.status).toBe(302);
  expect(answer.headers.get('cache-control')).toBe('private, max-age=300');
  expect(answer.headers.get('location')).toContain(`${s3.endpoint}/${s3.bucket}/${key}?`);
  expect((await fetch(url, { redirect: 'manual' })).headers.get('location')).toBe(answer.headers.get('location'));
  const picture = await fetch(url);
  expect(picture.url).toBe(answer.headers.get('location'));
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  expect((await fetch(url, { headers: { range: 'bytes=0-9' } })).status).toBe(206);

  const head = await fetch(url, { method: 'HEAD', redirect: 'manual' });
  expect(head.status).toBe(200);
  expect(head.headers.get('content-length')).toBe(picture.headers.get('content-length'));

  // Made by the analysis: an object, whose link says what it is.
  const { node } = await user.run(`query ($id: ID!) { node(id: $id) { ... on Image { url(width: 320) } } }`, {
    id: imageId,
  });
  const small = await fetch(node.url, { redirect: 'manual' });
  expect(small.headers.get('location')).toContain(`${key}.w320?`);
  expect(small.headers.get('vary')).toBe('Accept');
  expect((await fetch(node.url)).headers.get('content-type')).toBe('image/jpeg');
  // Made while the request waits.
  const webp = await fetch(node.url, { headers: { accept: 'image/webp' } });
  expect(webp.url).toContain(`${key}.w320.webp?`);
  expect(webp.headers.get('content-type')).toBe('image/webp');
});

test('an export is an object that its link redirects to', async () => {
  await submit('#993366');
  const { exportAnalyses } = await user.run(
    'mutation { exportAnalyses(input: { format: JSONL, filter: {} }) { ... on Export { id } } }',
  );
  const url = await vi.waitFor(
    async () => {
      const { node } = await user.run(`query ($id: ID!) { node(id: $id) { ... on Export { status url } } }`, {
        id: exportAnalyses.id,
      });
      expect(node.status).toBe('SUCCEEDED');
      return node.url as string;
    },
    { timeout: 30_000, interval: 100 },
  );
  expect((await s3.keys()).filter((key) => key.includes('/exports/'))).toEqual([
    expect.stringMatching(new RegExp(`^shelves/[0-9a-f-]{36}/exports/${decodeId('export', exportAnalyses.id)}$`)),
  ]);
  const answer = await fetch(url);
  expect(answer.url).toContain(s3.endpoint);
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${exportAnalyses.id}.jsonl"`);
  expect((await answer.text()).trim().split('\n').length).toBeGreaterThan(0);
});

test('an image that is deleted takes its objects and local copies along', async () => {
  const { imageId, sha256 } = await submit('#669933', 900);
  const smaller = 'query ($id: ID!) { node(id: $id) { ... on Image { url(width: 320) } } }';
  const { url } = (await user.run(smaller, { id: imageId })).node;
  expect((await fetch(url, { headers: { accept: 'image/webp' } })).status).toBe(200);
  const objects = (await s3.keys())
    .filter((key) => key.includes(sha256))
    .map((key) => key.split('.').slice(1).join('.'));
  expect(objects).toEqual(['', 'w1280', 'w320', 'w320.webp', 'w640']);
  const copies = async () =>
    (await readdir(join(sightline.dataDir, 'cache'), { recursive: true })).filter((name) => name.endsWith(sha256));
  expect(await copies()).toHaveLength(1);
  await user.run(`mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }`, { ids: [imageId] });
  expect((await s3.keys()).filter((key) => key.includes(sha256))).toEqual([]);
  expect(await copies()).toEqual([]);
});

test('an upload goes to the bucket itself, and its analysis goes on by itself', async () => {
  const bytes = await picture({ colour: '#997755', width, height: 400 });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const target = await createUpload(user, { byteSize: bytes.length, sha256 });
  const { batch, items } = await submitUpload(user, await createTask(user), { uploadId: target.id });
  expect(items[0].analysis.status).toBe('AWAITING_UPLOAD');
  const events = user.collect(analysisEvents, { filter: { batchId: batch.id }, after: batch.eventCursor });
  expect(new URL(target.url).origin).toBe(s3.endpoint);
  expect((await send(target, bytes)).status).toBe(200);
  const statuses = (await events).map(({ status }) => status);
  expect(statuses).toEqual(['AWAITING_UPLOAD', 'QUEUED', 'RUNNING', 'SUCCEEDED']);
  expect((await s3.keys()).filter((key) => key.includes('/incoming/'))).toEqual([]);
});

test('what is refused or sent again leaves nothing behind', async () => {
  const before = await s3.keys();
  await user.run(
    `mutation ($input: SubmitBatchInput!) { submitBatch(input: $input) { __typename ... on SubmitBatchPayload { batch { id } } } }`,
    {
      input: {
        taskId: await createTask(user),
        images: [
          { source: { base64: Buffer.from('no picture').toString('base64') } },
          { source: { base64: await pictureBase64({ colour: '#336699', width, height: 400 }) } },
        ],
      },
    },
  );
  expect(await s3.keys()).toEqual(before);
});
