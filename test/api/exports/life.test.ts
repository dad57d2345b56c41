import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hints } from '../../../src/events/hints.ts';
import { cleanExports } from '../../../src/exports/clean-exports.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { createTask, expectType } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { insertResult, type ResultOwner, storedDetection } from '../../support/stored-results.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { exportAll, exportEvents, exportMutation, makeOwner, start, taskFilter } from './client.ts';

/** From its start to the end of its file, with a real worker. What is in it: exports.test.ts. */
let sightline: TestSightline;
let user: User;
let owner: ResultOwner;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  owner = await makeOwner(sightline, user, await createTask(user));
  await insertResult(sightline.database.db, owner, [storedDetection({})]);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

describe('an export', () => {
  test('is pushed from RUNNING to SUCCEEDED, and the stream about it ends', async () => {
    const { eventCursor: after } = await user.run('{ eventCursor }');
    const started = expectType(await start(user, 'CSV', taskFilter(owner)), 'Export');
    expect(started).toMatchObject({ status: 'RUNNING', url: null, byteSize: null, rows: null, expiresAt: null });
    const events = await user.collect(exportEvents, { id: started.id, after });
    expect(events.map(({ exportId, status }) => [exportId, status])).toEqual([
      [started.id, 'RUNNING'],
      [started.id, 'SUCCEEDED'],
    ]);
    const { expiresAt, finishedAt } = events.at(-1).export;
    expect(Date.parse(expiresAt) - Date.parse(finishedAt)).toBe(7 * 86_400_000);
    // From the middle on, and when all of it is over.
    expect(await user.collect(exportEvents, { id: started.id, after: events[0].cursor })).toHaveLength(1);
    const [state, ...others] = await user.collect(exportEvents, { id: started.id });
    expect([state.status, others]).toEqual(['SUCCEEDED', []]);
  });

  test('is listed newest first, and read by its id', async () => {
    await exportAll(user, 'COCO', taskFilter(owner));
    const before = await exportAll(user, 'JSONL', taskFilter(owner));
    const made = await exportAll(user, 'CSV', taskFilter(owner));
    const { exports, node } = await user.run(
      `query ($id: ID!) { exports(first: 2) { totalCount edges { node { id } } } node(id: $id) { id ... on Export { rows } } }`,
      { id: made.id },
    );
    expect(exports.edges.map(({ node: { id } }: Data) => id)).toEqual([made.id, before.id]);
    expect(exports.totalCount).toBeGreaterThan(2);
    expect(node).toEqual({ id: made.id, rows: made.rows });
  });

  test('is nothing to another organisation', async () => {
    const made = await exportAll(user, 'CSV', taskFilter(owner));
    const stranger = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
    const { exports, node } = await stranger.run(
      'query ($id: ID!) { exports { totalCount edges { node { id } } } node(id: $id) { id } }',
      { id: made.id },
    );
    expect([exports, node]).toEqual([{ totalCount: 0, edges: [] }, null]);
    await expect(stranger.collect(exportEvents, { id: made.id })).rejects.toThrow('NOT_FOUND');
    const { exportAnalyses } = await stranger.run(exportMutation, {
      input: { format: 'CSV', filter: taskFilter(owner) },
    });
    expect(exportAnalyses).toMatchObject({ __typename: 'NotFoundError', id: taskFilter(owner).taskId });
    await stranger.close();
  });

  test.each([
    ['a task that is not there', () => ({ taskId: encodeId('task', newId()) }), 'NotFoundError'],
    ['a batch that is not there', () => ({ batchId: 'batch_x' }), 'NotFoundError'],
    ['an image that is not there', () => ({ imageId: encodeId('task', owner.taskId) }), 'NotFoundError'],
    ['a confidence above 1', () => ({ minConfidence: 1.5 }), 'ValidationError'],
    [
      'a time that ends before it begins',
      () => ({ createdAt: { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } }),
      'ValidationError',
    ],
  ])('of %s is refused', async (_title, filter, typename) => {
    expect(await start(user, 'CSV', filter())).toMatchObject({ __typename: typename });
  });

  test('needs a key that may write', async () => {
    const { apiKey } = await sightline.createTenant({ scopes: ['READ'] });
    const reader = createUser({ url: sightline.url, apiKey });
    expect(await reader.fail(exportMutation, { input: { format: 'CSV', filter: {} } })).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('the link of an export', () => {
  test('leads to a file with a name, whole or in part, without a key', async () => {
    const made = await exportAll(user, 'CSV', taskFilter(owner));
    const response = await fetch(made.url, { method: 'HEAD' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${made.id}.csv"`,
      'content-length': String(made.byteSize),
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    });
    const part = await fetch(made.url, { headers: { range: 'bytes=0-10' } });
    expect([part.status, await part.text()]).toEqual([206, 'analysis_id']);
    expect(part.headers.get('content-range')).toBe(`bytes 0-10/${made.byteSize}`);
    const types = [
      await exportAll(user, 'COCO', taskFilter(owner)),
      await exportAll(user, 'JSONL', taskFilter(owner)),
    ].map(async ({ url }) => {
      const { headers } = await fetch(url);
      return [headers.get('content-type'), headers.get('content-disposition')];
    });
    expect(await Promise.all(types)).toEqual([
      ['application/json', expect.stringMatching(/\.coco\.json"$/)],
      ['application/x-ndjson', expect.stringMatching(/\.jsonl"$/)],
    ]);
  });

  test.each([
    ['with another signature', (url: string) => url.replace(/signature=./, 'signature=-')],
    ['with a later end', (url: string) => url.replace(/expires=\d/, 'expires=9')],
    ['of another export', (url: string) => url.replace(/exp_\w+/, encodeId('export', newId()))],
    ['without a query', (url: string) => url.split('?')[0]!],
  ])('%s is 403', async (_title, change) => {
    const made = await exportAll(user, 'CSV', taskFilter(owner));
    expect((await fetch(change(made.url))).status).toBe(403);
  });

  test('is gone with its file when its time has come', async () => {
    const made = await exportAll(user, 'CSV', taskFilter(owner));
    const uuid = decodeId('export', made.id)!;
    const { db, pool } = sightline.database;
    const blobsDir = join(sightline.dataDir, 'blobs');
    const file = join(blobsDir, owner.organizationId, 'exports', uuid);
    await access(file);
    const parts = { db, blobs: await openDirectoryStore(blobsDir), hints: { eventsWritten: () => undefined } as Hints };
    expect(await cleanExports(parts)).toBe(0);
    await pool.query("update export set expires_at = now() - interval '1 second' where id = $1", [uuid]);
    expect(await cleanExports(parts)).toBe(1);
    await expect(access(file)).rejects.toThrow('ENOENT');
    expect((await fetch(made.url)).status).toBe(410);
    const [state] = await user.collect(exportEvents, { id: made.id });
    expect(state).toMatchObject({ status: 'EXPIRED', export: { status: 'EXPIRED', url: null, rows: made.rows } });
  });
});
