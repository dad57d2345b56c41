import { readdir } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { grantCredits } from '../../../src/organizations/credits.service.ts';
import { picture, pictureBase64 } from '../../support/pictures.ts';
import { createTask, failures, recognize, submitBatch, trySubmit } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** Requests that ask for what cannot be: each is told what is wrong, and leaves nothing behind. */
let sightline: TestSightline;
let user: User;
let taskId: string;
let source: { base64: string };
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  taskId = await createTask(user);
  source = { base64: await pictureBase64() };
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

/** Everything that a submission may leave behind. */
async function leftovers(): Promise<Record<string, number>> {
  const { rows } = await sql<Record<string, number>>`
    select (select count(*)::int from batch) as batches, (select count(*)::int from analysis) as analyses,
      (select count(*)::int from image) as images, (select count(*)::int from blob) as blobs,
      (select count(*)::int from event) as events,
      (select count(*)::int from graphile_worker.jobs) as jobs`.execute(sightline.database.db);
  return { ...rows[0]!, files: (await listBlobFiles()).length };
}

async function listBlobFiles(folder = ''): Promise<string[]> {
  const entries = await readdir(join(sightline.dataDir, 'blobs', folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

let before: Record<string, number>;
beforeEach(async () => {
  before = await leftovers();
});

async function expectNothingLeft(): Promise<void> {
  expect(await leftovers()).toEqual(before);
  expect(await listBlobFiles('tmp')).toEqual([]);
}

test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
  ['smoothing of labels', { type: 'CLASSIFICATION' }, { smoothNeighbors: true }, 'smoothNeighbors'],
  ['tags of items', { type: 'FILTER', acceptGroups: ['food'] }, { restrictToTags: ['a'] }, 'restrictToTags'],
  ['no catalogue for labels', { type: 'CLASSIFICATION' }, { matchCatalog: false }, 'matchCatalog'],
  ['candidates without a catalogue', {}, { matchCatalog: false, topCandidates: 3 }, 'topCandidates'],
  ['tags without a catalogue', {}, { matchCatalog: false, restrictToTags: ['a'] }, 'restrictToTags'],
])('options without effect are refused: %s', async (_title, task, options, field) => {
  const taskId = await createTask(user, task);
  const result = await trySubmit(user, [{ source, options }], { taskId });
  expect(result).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['images', '0', 'options', field] }],
  });
});

test('options that say what holds anyhow are taken for every kind of task', async () => {
  const taskId = await createTask(user, { type: 'CLASSIFICATION' });
  const options = { matchCatalog: true, smoothNeighbors: false };
  expect(await trySubmit(user, [{ source, options }], { taskId })).toMatchObject({ __typename: 'SubmitBatchPayload' });
});

test.each([-1, 86_401, 2_147_483_647])('maxProcessingSeconds of %d is refused', async (maxProcessingSeconds) => {
  const result = await trySubmit(user, [{ source }], { taskId, maxProcessingSeconds });
  expect(result).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['maxProcessingSeconds'] }] });
});

test('a moment without a zone is told that the zone is missing', async () => {
  const query = '{ analyses(filter: { createdAt: { from: "2026-01-02T03:04:05" } }) { edges { cursor } } }';
  expect(await user.fail(query)).toMatchObject({ message: expect.stringContaining('has no time zone') });
});

describe('submitBatch refuses, with the place of the fault and before anything is stored,', () => {
  const tooManyKeys = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`key${index}`, index]));
  test.each<[string, Record<string, unknown>, string[], string]>([
    ['too many metadata', { metadata: tooManyKeys }, ['images', '1', 'metadata'], '11 keys'],
    ['long metadata', { metadata: { note: 'x'.repeat(501) } }, ['images', '1', 'metadata', 'note'], '501 characters'],
    ['nested metadata', { metadata: { a: { b: 1 } } }, ['images', '1', 'metadata', 'a'], 'object or a list'],
    ['a threshold above 1', { options: { threshold: 1.5 } }, ['images', '1', 'options', 'threshold'], '1.5'],
    ['a threshold below 0', { options: { threshold: -0.1 } }, ['images', '1', 'options', 'threshold'], '-0.1'],
    ['too many candidates', { options: { topCandidates: 21 } }, ['images', '1', 'options', 'topCandidates'], '21'],
    ['a long external id', { externalId: 'x'.repeat(256) }, ['images', '1', 'externalId'], '256 characters'],
    ['a long place id', { placeId: 'x'.repeat(256) }, ['images', '1', 'placeId'], '256 characters'],
  ])('%s', async (_title, fault, path, message) => {
    const result = await trySubmit(user, [{ source }, { source, ...fault }], { taskId });
    expect(result).toMatchObject({
      __typename: 'ValidationError',
      code: 'VALIDATION_FAILED',
      issues: [{ path, message: expect.stringContaining(message) }],
    });
    await expectNothingLeft();
  });

  test('a batch of nothing', async () => {
    expect(await trySubmit(user, [], { taskId })).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['images'] }],
    });
  });

  test('an image without a task, of it and of the batch', async () => {
    const result = await trySubmit(user, [{ source, taskId }, { source }]);
    expect(result).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['images', '1', 'taskId'] }] });
    await expectNothingLeft();
  });

  test('a negative time limit', async () => {
    expect(await trySubmit(user, [{ source }], { taskId, maxProcessingSeconds: -1 })).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['maxProcessingSeconds'] }],
    });
  });

  test('several faults, all told at once', async () => {
    const faulty = { source, options: { threshold: 2, topCandidates: -1 }, metadata: { a: [] } };
    const { issues } = await trySubmit(user, [faulty, faulty], { taskId, maxProcessingSeconds: -1 });
    expect(issues).toHaveLength(7);
  });

  test('more images than the plan allows, whatever they are', async () => {
    const { organizationId, apiKey } = await sightline.createTenant({ plan: 'FREE' });
    await grantCredits(sightline.database.db, organizationId, 100);
    const tenant = createUser({ url: sightline.url, apiKey });
    const task = await createTask(tenant);
    const result = await trySubmit(tenant, Array(21).fill({ source }), { taskId: task });
    expect(result).toMatchObject({ __typename: 'BatchTooLargeError', maxBatchSize: 20, size: 21 });
    await expectNothingLeft();
    expect(await trySubmit(tenant, Array(20).fill({ source }), { taskId: task })).toMatchObject({
      __typename: 'SubmitBatchPayload',
    });
  });

  test.each([
    ['a task that is not there', () => ({ taskId: encodeId('task', newId()) })],
    ['a task that is no task', () => ({ taskId: encodeId('image', newId()) })],
    ['a task id of nonsense', () => ({ taskId: 'task_' })],
  ])('%s', async (_title, input) => {
    expect(await trySubmit(user, [{ source }], input())).toMatchObject({
      __typename: 'NotFoundError',
      id: input().taskId.slice(0, 5) === 'task_' ? expect.stringMatching(/^task_/) : expect.stringMatching(/^img_/),
    });
    await expectNothingLeft();
  });

  test('a deleted task', async () => {
    const deleted = await createTask(user);
    await user.run('mutation ($id: ID!) { deleteTask(id: $id) { __typename } }', { id: deleted });
    expect(await trySubmit(user, [{ source }], { taskId: deleted })).toMatchObject({
      __typename: 'NotFoundError',
      id: deleted,
    });
    await expectNothingLeft();
  });

  test('an image id of nothing, together with the files that came beside it', async () => {
    const imageId = encodeId('image', newId());
    const file = new Blob([new Uint8Array(await picture({ colour: '#123456' }))]);
    const result = await trySubmit(user, [{ file }, { source: { imageId } }], { taskId });
    expect(result).toMatchObject({ __typename: 'NotFoundError', id: imageId });
    await expectNothingLeft();
  });

  test('text that no database can hold', async () => {
    const images = [{ source, externalId: 'a\u0000b' }];
    const mutation = 'mutation ($input: SubmitBatchInput!) { submitBatch(input: $input) { __typename } }';
    expect(await user.fail(mutation, { input: { taskId, images } })).toMatchObject({ code: 'BAD_USER_INPUT' });
    await expectNothingLeft();
  });

  test.each([
    ['no source', {}],
    ['two sources', { base64: '', imageId: 'img_1' }],
    ['a source of null', { base64: null }],
  ])('an image with %s', async (_title, wrong) => {
    const images = [{ source: wrong }];
    const mutation = 'mutation ($input: SubmitBatchInput!) { submitBatch(input: $input) { __typename } }';
    const { message } = await user.fail(mutation, { input: { taskId, images } });
    expect(message).toContain('got invalid value');
    expect(message).toContain('input.images[0].source');
    await expectNothingLeft();
  });
});

describe('base64', () => {
  test.each([
    ['that is none', 'not base64!', 'not base64'],
    ['with a character too few', 'AAAAA', 'not base64'],
    ['as a data URL', 'data:image/png;base64,iVBORw0KGgo=', 'data:'],
    ['of the URL alphabet', '_-_-', 'not base64'],
    ['of nothing', '', 'empty'],
  ])('%s is a FAILED analysis that says so, and harms no other', async (_title, base64, message) => {
    const { analyses } = await submitBatch(user, [{ source: { base64 } }, { source }], { taskId });
    expect(analyses.map(({ status }) => status)).toEqual(['FAILED', 'QUEUED']);
    expect(analyses[0].failure).toEqual({
      code: 'INVALID_IMAGE',
      message: expect.stringContaining(message),
      retryable: false,
    });
  });

  test('with line breaks is taken, as mail programs write it', async () => {
    const lines = source.base64.replaceAll(/.{1,76}/g, '$&\r\n');
    const { analyses } = await submitBatch(user, [{ source: { base64: lines } }], { taskId });
    expect(analyses[0].status).toBe('QUEUED');
  });
});

describe('recognizeImage', () => {
  test.each([-1, 27.5, 1e9])('refuses to wait for %d seconds', async (waitSeconds) => {
    const mutation = 'mutation ($input: RecognizeImageInput!) { recognizeImage(input: $input) { __typename } }';
    const error = await user.fail(mutation, { input: { taskId, image: { source }, waitSeconds } });
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('0 to 27') });
    await expectNothingLeft();
  });

  test('has no analysis of an unknown task or image, nor with options out of range', async () => {
    const unknownTask = encodeId('task', newId());
    const imageId = encodeId('image', newId());
    const options = { threshold: 7 };
    expect(await recognize(user, { taskId: unknownTask, image: { source } })).toMatchObject({ id: unknownTask });
    expect(await recognize(user, { taskId, image: { source: { imageId } } })).toMatchObject({ id: imageId });
    expect(await recognize(user, { taskId, image: { source, options } })).toMatchObject({
      __typename: 'ValidationError',
    });
    await expectNothingLeft();
  });
});

test('a stored image that failed itself is a FAILED analysis with its reason', async () => {
  const { analyses } = await submitBatch(user, [{ source: { base64: '' } }], { taskId });
  const imageId = analyses[0].image.id;
  const again = await submitBatch(user, [{ source: { imageId } }], { taskId });
  expect(again.analyses[0]).toMatchObject({
    status: 'FAILED',
    failure: { code: 'INVALID_IMAGE', message: expect.stringContaining('empty') },
  });
});

test('one file may be several images of a batch', async () => {
  const mutation = `mutation ($task: ID!, $file: Upload!) { submitBatch(input: { taskId: $task, images: [
    { source: { upload: $file }, externalId: "a" }, { source: { upload: $file }, externalId: "b" } ] }) {
    __typename ... on SubmitBatchPayload { items { analysis { status image { sha256 } } } } ...Failures } } ${failures}`;
  const file = new Blob([new Uint8Array(await picture({ colour: '#654321' }))]);
  const { submitBatch: result } = await user.run(mutation, { task: taskId, file: null }, { file });
  expect(result.items.map(({ analysis }: Data) => analysis.status)).toEqual(['QUEUED', 'QUEUED']);
  expect(new Set(result.items.map(({ analysis }: Data) => analysis.image.sha256)).size).toBe(1);
});

test('a client that hangs up in the middle of a file leaves neither rows nor files', async () => {
  const { hostname, port } = new URL(sightline.url);
  const socket = connectTcp(Number(port), hostname);
  const boundary = 'frontier';
  const field = (name: string, value: object) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${JSON.stringify(value)}\r\n`;
  const filePart = (name: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="a.jpg"\r\n` +
    'Content-Type: image/jpeg\r\n\r\n';
  const images = [{ source: { upload: null } }, { source: { upload: null } }];
  const operations = {
    query: 'mutation ($input: SubmitBatchInput!) { submitBatch(input: $input) { __typename } }',
    variables: { input: { taskId, images } },
  };
  const map = { a: ['variables.input.images.0.source.upload'], b: ['variables.input.images.1.source.upload'] };
  const whole = await picture({ noise: true, colour: '#abcdef' });
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: test\r\nX-API-Key: ${sightline.apiKey}\r\nContent-Length: 1000000\r\n` +
      `Content-Type: multipart/form-data; boundary=${boundary}\r\n\r\n` +
      `${field('operations', operations)}${field('map', map)}${filePart('a')}`,
  );
  socket.write(whole);
  socket.write(`\r\n${filePart('b')}`);
  socket.write(whole.subarray(0, 500));
  // Both are on disk by now: one whole, the other begun.
  await expect.poll(async () => (await listBlobFiles('tmp')).length, { timeout: 20_000 }).toBe(2);
  socket.destroy();
  await expect.poll(() => listBlobFiles('tmp'), { timeout: 20_000 }).toEqual([]);
  await expectNothingLeft();
  expect((await submitBatch(user, [{ source }], { taskId })).analyses[0].status).toBe('QUEUED');
});
