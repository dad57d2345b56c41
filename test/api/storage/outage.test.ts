import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type Answer, connect, request, requestOverSocket, upload } from '../../support/client.ts';
import { picture } from '../../support/pictures.ts';
import { analysisEvents, createTask } from '../../support/recognition.ts';
import { type S3Server, startS3Server } from '../../support/s3-server.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { createUpload, readImage, readUpload, send, submit, uploadImages } from '../uploads/client.ts';

/** The store of pictures is away, full or not ours for a while: what needs it is told so, and the rest goes on. */
let s3: S3Server | undefined;
let sightline: TestSightline;
let user: User;

afterEach(async () => {
  await user?.close();
  await sightline?.close();
  vi.unstubAllEnvs();
  await s3?.close();
  s3 = undefined;
});

async function start(options: Parameters<typeof startTestSightline>[0]): Promise<void> {
  sightline = await startTestSightline(options);
  user = createUser(sightline);
}

const submission = `mutation ($input: SubmitBatchInput!) {
  submitBatch(input: $input) { __typename ... on SubmitBatchPayload { replayed batch { id total } } }
}`;

/** As files of a multipart request, the same each time. */
function trySubmitting(taskId: string, pictures: readonly Buffer<ArrayBuffer>[]): Promise<Answer> {
  const images = pictures.map(() => ({ source: { upload: null } }));
  const files = pictures.map((bytes, at) => [`variables.input.images.${at}.source.upload`, new Blob([bytes])]);
  return upload(user.url, {
    apiKey: user.apiKey,
    query: submission,
    variables: { input: { taskId, images, idempotencyKey: `key-${taskId}` } },
    files: Object.fromEntries(files),
  });
}

function expectUnavailable({ status, headers, body }: Answer): void {
  const { code, message } = body.errors ? { ...body.errors[0], ...body.errors[0].extensions } : body;
  expect([status, code, headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '5']);
  expect(message).toContain('image storage is unavailable');
  expect(message).not.toMatch(/\/tmp|127\.0\.0\.1|E[A-Z]{4,}/);
}

/** All that a submission writes. */
async function countRows(): Promise<unknown> {
  const tables = ['image', 'blob', 'batch', 'analysis', 'idempotency_key', 'credit_entry', 'event'];
  const counts = tables.map((table) => `(select count(*)::int from ${table}) as ${table}`);
  return (await sightline.database.pool.query(`select ${counts.join(', ')}`)).rows[0];
}

async function readBytes(url: string): Promise<Answer> {
  const response = await fetch(url);
  const body = response.ok ? null : await response.json();
  return { status: response.status, headers: response.headers, body };
}

/** What clients see of a store that is away, from requests that need it and others. */
async function expectRefusals(
  taskId: string,
  imageId: string,
  pictures: readonly Buffer<ArrayBuffer>[],
): Promise<void> {
  const before = await countRows();
  expectUnavailable(await trySubmitting(taskId, pictures));
  const base64 = pictures[0]!.toString('base64');
  const query = 'mutation ($images: [ImageInput!]!) { uploadImages(images: $images) { results { __typename } } }';
  const variables = { images: [{ source: { base64 } }] };
  expectUnavailable(await request(user.url, { apiKey: user.apiKey, query, variables }));
  const socket = connect(user.url, { apiKey: user.apiKey });
  const { errors } = await requestOverSocket(socket, { query, variables });
  expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', id: expect.any(String) } }]);
  await socket.dispose();
  expect(await countRows()).toEqual(before);
  expect((await readImage(user, imageId)).status).toBe('READY');
}

test('a directory that cannot be written or read: UNAVAILABLE, nothing half-written, and all goes on afterwards', async () => {
  await start({});
  const taskId = await createTask(user);
  const pictures = [await picture({ colour: '#111111' }), await picture({ colour: '#222222' })];
  const target = await createUpload(user);
  const [image, deleted] = await uploadImages(
    user,
    await Promise.all(
      ['#333333', '#444444'].map(async (colour) => ({
        source: { base64: (await picture({ colour })).toString('base64') },
        index: false,
      })),
    ),
  );
  const { url } = await readImage(user, image!.id);

  // Root may write anywhere, so it is a file that is in the way.
  const blobs = join(sightline.dataDir, 'blobs');
  await rename(blobs, `${blobs}.away`);
  await writeFile(blobs, '');
  await expectRefusals(taskId, image!.id, pictures);
  expectUnavailable(await send(target, pictures[0]!));
  expect((await readUpload(user, target.id)).status).toBe('AWAITING_UPLOAD');
  const unread = await readBytes(url);
  expectUnavailable(unread);
  expect(unread.headers.get('cache-control')).toBe('no-store');
  // Its row and picture are gone for the client; the bytes go when they can.
  const { deleteImages } = await user.run(
    'mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }',
    { ids: [deleted!.id] },
  );
  expect(deleteImages.results).toEqual([{ __typename: 'DeletedImage' }]);

  await rm(blobs);
  // Nothing at all in its place, as where a disk is not mounted: no picture is lost for that.
  expectUnavailable(await readBytes(url));
  await rename(`${blobs}.away`, blobs);
  const { status, body } = await trySubmitting(taskId, pictures);
  expect([status, body.data.submitBatch]).toMatchObject([200, { replayed: false, batch: { total: 2 } }]);
  expect((await send(target, pictures[0]!)).status).toBe(201);
  expect((await readBytes(url)).status).toBe(200);
});

test('a bucket that cannot be reached: UNAVAILABLE for clients, and analyses wait for their pictures', async () => {
  s3 = await startS3Server();
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
  await start({ role: 'start', env: { ENGINES: '1', ...s3.env } });
  const taskId = await createTask(user);
  const pictures = [await picture({ colour: '#111111' }), await picture({ colour: '#222222' })];
  const target = await createUpload(user);
  const base64 = (await picture({ colour: '#333333', width: 1_600, height: 300 })).toString('base64');
  const [image] = await uploadImages(user, [{ source: { base64 }, index: false }]);
  const { node } = await user.run(`query ($id: ID!) { node(id: $id) { ... on Image { url(width: 320) } } }`, {
    id: image!.id,
  });

  const outage = await s3.breakDown();
  await expectRefusals(taskId, image!.id, pictures);
  expectUnavailable(await send(target, pictures[0]!));
  expectUnavailable(await readBytes(node.url));
  const tried = outage.nextTry();
  const { batch } = await submit(user, taskId, { imageId: image!.id });
  await tried;
  await outage.mend();
  const events = await user.collect(analysisEvents, { filter: { batchId: batch.id }, after: batch.eventCursor });
  expect(events.map(({ status }) => status)).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
  expect((await send(target, pictures[0]!)).status).toBe(201);
  expect((await trySubmitting(taskId, pictures)).body.data.submitBatch.batch.total).toBe(2);
});
