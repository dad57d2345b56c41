import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { renderImageJob } from '../../../src/jobs/definitions.ts';
import { addJob } from '../../../src/jobs/jobs.repository.ts';
import { picture } from '../../support/pictures.ts';
import { awaitEnd, createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline } from '../../support/sightline.ts';
import { heicOfTiles, jpegOfScans } from '../../support/slow-pictures.ts';
import { createUser } from '../../support/user.ts';
import { startWorkerBeside } from '../../support/worker-beside.ts';

async function start() {
  const api = await startTestSightline();
  onTestFinished(() => api.close());
  const user = createUser({ url: api.url, apiKey: api.apiKey });
  onTestFinished(() => user.close());
  return { api, user, taskId: await createTask(user) };
}

const read = /* GraphQL */ `
  query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Analysis { status attempt failure { code retryable } image { id } }
      ... on Image { indexingStatus failure { code } }
    }
  }
`;
const uploadMutation = /* GraphQL */ `
  mutation ($base64: Byte!) {
    uploadImages(images: [{ source: { base64: $base64 } }]) { results { ... on Image { id } } }
  }
`;

test.each([
  [
    'HEIC',
    async () =>
      heicOfTiles(await readFile(join(import.meta.dirname, '../../fixtures/heic/product.heic')), {
        width: 160,
        height: 120,
      }),
  ],
  ['JPEG', async () => jpegOfScans(7_000, 98)],
])(
  'a %s that no engine decodes in time fails once for all workers, and the good one behind it succeeds',
  async (_type, make) => {
    const { api, user, taskId } = await start();
    const bad = await make();
    const good = await picture({ colour: '#305070' });
    const first = await startWorkerBeside(api, { decodingLimit: { cpuMs: 400, elapsedMs: 50_000 } });
    const files = [bad, good].map((bytes) => ({
      file: new Blob([Uint8Array.from(bytes)]),
      options: { matchCatalog: false },
    }));
    const batch = await submitBatch(user, files, { taskId });
    await awaitEnd(user, batch);
    const undecodable = { code: 'DECODING_TIME_EXCEEDED', retryable: false };
    expect((await user.run(read, { ids: batch.ids })).nodes).toMatchObject([
      { status: 'FAILED', attempt: 1, failure: undecodable },
      { status: 'SUCCEEDED', failure: null },
    ]);
    await first.close(10_000);

    // It would decode the picture, as its limit is the ordinary one; and it never tries.
    await startWorkerBeside(api, {});
    const again = await submitBatch(user, [files[0]!], { taskId });
    await awaitEnd(user, again);
    expect((await user.run(read, { ids: again.ids })).nodes).toMatchObject([
      { status: 'FAILED', failure: undecodable },
    ]);
    const { uploadImages } = await user.run(uploadMutation, { base64: bad.toString('base64') });
    const ids = [uploadImages.results[0].id];
    await expect
      .poll(async () => (await user.run(read, { ids })).nodes[0])
      .toMatchObject({ indexingStatus: 'FAILED', failure: { code: 'DECODING_TIME_EXCEEDED' } });
  },
);

test('a deleted picture ends its analysis, and its jobs that run or wait', async () => {
  const { api, user, taskId } = await start();
  // Ready, and then silent for ever.
  const program = `process.on('message', ({ type }) => {
    if (type === 'init') process.send({ type: 'ready', provider: 'cpu', rssBytes: 1 });
  })`;
  const worker = await startWorkerBeside(api, {
    fork: () =>
      fork('-', {
        execArgv: ['--input-type=module', '--eval', program],
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      }),
  });
  const large = await picture({ width: 2_000, height: 100 });
  const batch = await submitBatch(user, [{ file: new Blob([large]), index: false }], { taskId });
  const [analysis] = batch.ids;
  const nodeOf = async (id: string) => (await user.run(read, { ids: [id] })).nodes[0];
  await expect.poll(async () => (await nodeOf(analysis!)).status).toBe('RUNNING');
  const imageId = (await nodeOf(analysis!)).image.id;
  const { uploadImages } = await user.run(uploadMutation, { base64: large.toString('base64') });
  const { id: organizationId } = await api.database.db
    .selectFrom('organization')
    .select('id')
    .executeTakeFirstOrThrow();
  await addJob(api.database.db, renderImageJob, { payload: { organizationId, imageId: decodeId('image', imageId)! } });
  const jobs = async () =>
    (
      await api.database.pool.query(`select count(*)::int as count from graphile_worker.jobs
      where task_identifier in ('render_image', 'index_images') and locked_at is not null`)
    ).rows[0].count;
  await expect.poll(jobs).toBe(2);

  await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', {
    ids: [imageId, uploadImages.results[0].id],
  });
  expect(await nodeOf(analysis!)).toMatchObject({
    status: 'FAILED',
    failure: { code: 'DOWNLOAD_FAILED' },
    image: null,
  });
  await expect.poll(jobs).toBe(0);
  await expect.poll(() => worker.heldCount()).toBe(0);
});
