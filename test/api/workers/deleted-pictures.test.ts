import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { type EnginePool, startEnginePool } from '../../../workers/engines/pool/pool.ts';
import { StoredPictures } from '../../../workers/stored-pictures.ts';
import { picture } from '../../support/pictures.ts';
import { awaitEnd, createTask, failures, submitBatch } from '../../support/recognition.ts';
import { startTestSightline } from '../../support/sightline.ts';
import { createUser, type Data } from '../../support/user.ts';
import { startWorkerBeside } from '../../support/worker-beside.ts';

const modelsDir = fileURLToPath(new URL('../../../models', import.meta.url));

async function start() {
  const api = await startTestSightline();
  onTestFinished(() => api.close());
  const user = createUser({ url: api.url, apiKey: api.apiKey });
  onTestFinished(() => user.close());
  const lines: Data[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const deleteImage = (id: string) =>
    user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', { ids: [id] });
  const nodesOf = async (ids: readonly string[]): Promise<Data[]> =>
    (
      await user.run(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Analysis { status failure { code retryable } image { id sha256 } } } }',
        { ids },
      )
    ).nodes;
  return { api, user, lines, logger, deleteImage, nodesOf };
}

/** An engine that is ready, and then silent for ever. */
function forkSilent() {
  const program = `process.on('message', ({ type }) => {
    if (type === 'init') process.send({ type: 'ready', provider: 'cpu', rssBytes: 1 });
  })`;
  return fork('-', {
    execArgv: ['--input-type=module', '--eval', program],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

const gone = { status: 'FAILED', failure: { code: 'DOWNLOAD_FAILED', retryable: false }, image: null };

test('pictures deleted while a worker has their analyses end those for good; others of the same bytes run, and run again', async () => {
  const { api, user, lines, logger, deleteImage, nodesOf } = await start();
  const taskId = await createTask(user);
  const stuck = await startWorkerBeside(api, { fork: forkSilent, logger });
  const files = [await picture({ colour: '#102030' }), await picture({ colour: '#405060' })];
  const batch = await submitBatch(
    user,
    [files[0]!, files[1]!, files[1]!].map((bytes) => ({
      file: new Blob([Uint8Array.from(bytes)]),
      index: false,
      options: { matchCatalog: false },
    })),
    { taskId },
  );
  // As many as it claims before it has done any; the third when the others are gone.
  await expect.poll(() => stuck.heldCount()).toBe(2);
  const [first, twin, kept] = batch.ids as [string, string, string];
  for (const { image } of await nodesOf([first, twin])) await deleteImage(image.id);
  expect(await nodesOf([first, twin])).toEqual([gone, gone]);
  await expect.poll(() => stuck.heldCount()).toBe(1);

  await stuck.close(0);
  await startWorkerBeside(api, { logger });
  await awaitEnd(user, batch);
  expect((await nodesOf([kept]))[0]).toMatchObject({ status: 'SUCCEEDED', failure: null });
  const rerun = async (ids: string[]) =>
    (
      await user.run(
        `mutation ($input: RerunInput!) { rerunAnalyses(input: $input) { __typename ...Failures
          ... on SubmitBatchPayload { batch { id eventCursor } items { analysis { id } } } } } ${failures}`,
        { input: { target: { ids }, scope: 'ALL' } },
      )
    ).rerunAnalyses;
  expect(await rerun([first])).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ message: 'Its image has been deleted.' }],
  });
  const again: string = (await rerun([kept])).items[0].analysis.id;
  await expect.poll(async () => (await nodesOf([again]))[0].status, { timeout: 30_000 }).toBe('SUCCEEDED');
  expect(lines.filter(({ level }) => level >= 50)).toEqual([]);
  expect(JSON.stringify(lines)).not.toContain('ENOENT');
});

test('a picture deleted just before an engine opens it fails as gone, and leaves nothing in the log', async () => {
  const { api, user, lines, logger, deleteImage, nodesOf } = await start();
  const file = new Blob([Uint8Array.from(await picture({ colour: '#708090' }))]);
  const batch = await submitBatch(user, [{ file, index: false }], { taskId: await createTask(user) });
  const [{ image }] = (await nodesOf(batch.ids)) as [Data];
  const { db } = api.database;
  const { organization_id: organizationId } = await db
    .selectFrom('image')
    .select('organization_id')
    .where('id', '=', decodeId('image', image.id)!)
    .executeTakeFirstOrThrow();
  const pool = startEnginePool({ modelsDir, engines: 1, threads: 1, maxImagePixels: 1e6, queueLimit: 1, logger });
  onTestFinished(() => pool.close(0));
  const engines: Pick<EnginePool, 'describe'> = {
    async describe(job, hooks) {
      await deleteImage(image.id);
      return pool.describe(job, hooks);
    },
  };
  const blobs = await openDirectoryStore(`${api.dataDir}/blobs`);
  const pictures = new StoredPictures({ db, blobs, engines: engines as EnginePool, logger });
  const job = { id: 'job', pipeline: 'shelf-fast@2', features: false, priority: 0 };
  expect(await pictures.describe({ organizationId, sha256: image.sha256 }, job, {})).toMatchObject({
    ok: false,
    failure: { code: 'DOWNLOAD_FAILED', retryable: false },
  });
  expect(lines).toEqual([]);
});
