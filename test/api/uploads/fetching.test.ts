import { join } from 'node:path';
import { Logger, runOnce } from 'graphile-worker';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { createHints } from '../../../src/events/hints.ts';
import { decodeId, encodeId } from '../../../src/ids.ts';
import { endForgottenFetches } from '../../../src/images/fetching/forgotten-fetches.ts';
import { fetchImagesJob } from '../../../src/jobs/definitions.ts';
import { createLogger } from '../../../src/log.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { asTask } from '../../../workers/job-handler.ts';
import { fetchImagesHandler } from '../../../workers/jobs/fetch-images.ts';
import { claimAny } from '../../support/claims.ts';
import { startTestInternet, type TestInternet } from '../../support/internet.ts';
import { picture } from '../../support/pictures.ts';
import { createItem, createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { readAnalysis, readImage, rerun, submit, uploadImages } from './client.ts';

/** The api is real and so are the jobs; names, addresses and the internet are a server on loopback. */
const env = { URL_INGEST: 'on', URL_INGEST_ALLOW: 'shop.test, *.pictures.test', MAX_UPLOAD_BYTES: '40000' };
const names: Record<string, string> = { 'shop.test': '93.184.216.34', 'inside.pictures.test': '10.0.0.1' };

let sightline: TestSightline;
let internet: TestInternet;
let answers: TestInternet['answers'];
let connections: TestInternet['connections'];
let network: TestInternet['network'];
const stop = new AbortController();

beforeAll(async () => {
  internet = await startTestInternet(names);
  ({ answers, connections, network } = internet);
  sightline = await startTestSightline({ env });
});
afterAll(async () => {
  internet?.close();
  await sightline?.close();
});

let user: User;
let taskId: string;
beforeEach(async () => {
  user = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
  taskId = await createTask(user);
  answers.clear();
  connections.length = 0;
  return () => user.close();
});

/** Runs the jobs that are due, as a worker does. */
async function fetchAll(environment: Record<string, string> = env): Promise<void> {
  const { db, pool, url } = sightline.database;
  const logger = createLogger({ level: 'fatal', format: 'json' });
  const resources = {
    db,
    hints: createHints({ db, listenUrl: url, logger }),
    blobs: await openDirectoryStore(join(sightline.dataDir, 'blobs')),
    config: loadConfig(environment),
  };
  const errors: unknown[] = [];
  await runOnce({
    pgPool: pool,
    taskList: { fetch_images: asTask(fetchImagesJob, fetchImagesHandler(resources, stop.signal, network)) },
    noPreparedStatements: true,
    noHandleSignals: true,
    logger: new Logger(() => (level, message, meta) => {
      if (level === 'error') errors.push(message, meta?.error);
    }),
  });
  expect(errors).toEqual([]);
}

/** As if the pause before the next attempt were over. */
async function skipPause(): Promise<void> {
  await sightline.database.pool.query(
    'update graphile_worker._private_jobs set run_at = now() where run_at > now() and key is null',
  );
}

/** Ids of analyses that a worker would take now. Nothing stays claimed. */
async function claimable(): Promise<string[]> {
  class Undo extends Error {}
  let ids: string[] = [];
  const { db } = sightline.database;
  await db
    .transaction()
    .execute(async (trx) => {
      const workerId = '00000000-0000-7000-8000-000000000001';
      await trx
        .insertInto('worker_process')
        .values({ id: workerId, pool_ids: [], host: 'test', pid: 1, version: 'test' })
        .execute();
      ids = (await claimAny(trx, workerId, 100)).map(({ id }) => id);
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  return ids;
}

describe('a picture by its URL', () => {
  test('is fetched by a worker; its analysis waits, QUEUED, and is then claimed', async () => {
    const bytes = await picture({ taken: '2024:05:06 07:08:09', offset: '+02:00' });
    answers.set('/a.jpg?x=1', (_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end(bytes));
    const url = 'http://shop.test/a.jpg?x=1';
    const { items } = await submit(user, taskId, { url });
    const { id, image } = items[0].analysis;
    expect(items[0].analysis).toMatchObject({ status: 'QUEUED', sourceUrl: url, image: { status: 'FETCHING' } });
    expect(connections).toEqual([]);
    expect(await claimable()).toEqual([]);
    await fetchAll();
    expect(connections).toEqual(['93.184.216.34:80']);
    expect(await readImage(user, image.id)).toMatchObject({
      status: 'READY',
      mimeType: 'image/jpeg',
      width: 60,
      sourceUrl: url,
      recordedAt: '2024-05-06T05:08:09.000Z',
    });
    expect(await readAnalysis(user, id)).toMatchObject({ status: 'QUEUED', sourceUrl: url });
    expect(await claimable()).toHaveLength(1);
    await user.run('mutation ($ids: [ID!]) { cancelAnalyses(target: { ids: $ids }) { __typename } }', { ids: [id] });
  });

  test('becomes an image of uploadImages, and the same bytes are stored once', async () => {
    const bytes = await picture({ colour: '#a1b2c3' });
    answers.set('/b.jpg', (_req, res) => res.end(bytes));
    const [fetched, sent] = await uploadImages(user, [
      { source: { url: 'http://shop.test/b.jpg' }, externalId: 'e-1', index: false },
      { source: { base64: bytes.toString('base64') }, index: false },
    ]);
    expect(fetched).toMatchObject({ status: 'FETCHING', sourceUrl: 'http://shop.test/b.jpg', sha256: null });
    await fetchAll();
    const image = await readImage(user, fetched!.id);
    expect(image).toMatchObject({ status: 'READY', sha256: sent!.sha256, externalId: 'e-1' });
    const { rowCount } = await sightline.database.pool.query("select from blob where sha256 = decode($1, 'hex')", [
      image.sha256,
    ]);
    expect(rowCount).toBe(1);
  });

  test('serves as a picture of a catalogue item', async () => {
    answers.set('/c.jpg', (_req, res) => void picture().then((bytes) => res.end(bytes)));
    const { thumbnail } = await createItem(user, { thumbnail: { url: 'http://shop.test/c.jpg' } });
    expect(await readImage(user, thumbnail.id)).toMatchObject({ status: 'FETCHING' });
    await fetchAll();
    expect(await readImage(user, thumbnail.id)).toMatchObject({ status: 'READY' });
  });

  test.each([
    ['http://localhost/', 'host'],
    ['http://127.0.0.1/', 'public internet'],
    ['http://2130706433/', 'public internet'],
    ['http://[::ffff:169.254.169.254]/', 'public internet'],
    ['http://shop.test:8080/', '8080'],
    ['http://user:secret@shop.test/', 'password'],
    ['ftp://shop.test/', 'https://'],
    ['a shelf, from the left', 'not a URL'],
    ['//shop.test/a.jpg', 'not a URL'],
    ['', 'not a URL'],
    ['https://other.test/', 'host'],
  ])('is refused at once where nothing need be asked: %s', async (url, reason) => {
    const { items } = await submit(user, taskId, { url });
    expect(items[0].analysis).toMatchObject({
      status: 'FAILED',
      failure: { code: 'URL_NOT_ALLOWED', retryable: false, message: expect.stringContaining(reason) },
      image: { status: 'FAILED' },
    });
    expect(items[0].analysis.failure.message).not.toContain('secret');
    const [result] = await uploadImages(user, [{ source: { url } }]);
    expect(result).toMatchObject({ __typename: 'MediaError', code: 'URL_NOT_ALLOWED' });
    expect(connections).toEqual([]);
  });

  test('that leads inside is never asked, and told like one that leads nowhere', async () => {
    answers.set('/in.jpg', (_req, res) => res.writeHead(302, { location: 'http://inside.pictures.test/' }).end());
    const urls = ['http://inside.pictures.test/a.jpg', 'http://shop.test/in.jpg', 'http://nowhere.pictures.test/a.jpg'];
    const { batch, items } = await submit(user, taskId, ...urls.map((url) => ({ url })));
    expect(batch).toMatchObject({ failed: 0, processing: 3 });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await fetchAll();
      await skipPause();
    }
    expect(connections).toEqual(Array(3).fill('93.184.216.34:80'));
    const failures = [];
    for (const { analysis } of items) failures.push((await readAnalysis(user, analysis.id)).failure);
    expect(failures).toEqual(Array(3).fill(failures[0]));
    expect(failures[0]).toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: true });
  });

  test('that is no picture, or too large, says so', async () => {
    answers.set('/page', (_req, res) => res.end('<html>Please log in</html>'));
    answers.set('/large', (_req, res) => res.end(Buffer.alloc(40_001)));
    answers.set('/endless', (req, res) => {
      const timer = setInterval(() => res.write(Buffer.alloc(10_000)), 1);
      req.socket.once('close', () => clearInterval(timer));
    });
    const paths = ['page', 'large', 'endless', 'missing'];
    const { items } = await submit(user, taskId, ...paths.map((path) => ({ url: `http://shop.test/${path}` })));
    await fetchAll();
    const codes = await Promise.all(
      items.map(
        async ({ analysis }: { analysis: { id: string } }) => (await readAnalysis(user, analysis.id)).failure.code,
      ),
    );
    expect(codes).toEqual(['UNSUPPORTED_MEDIA', 'FILE_TOO_LARGE', 'FILE_TOO_LARGE', 'DOWNLOAD_FAILED']);
  });

  test('is tried three times while its server is busy, and then FAILED', async () => {
    let asked = 0;
    answers.set('/busy', (_req, res) => {
      asked += 1;
      res.writeHead(503).end();
    });
    const { items } = await submit(user, taskId, { url: 'http://shop.test/busy' });
    const { id } = items[0].analysis;
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect((await readAnalysis(user, id)).status).toBe('QUEUED');
      await fetchAll();
      expect(asked).toBe(attempt);
      await fetchAll();
      expect(asked).toBe(attempt);
      await skipPause();
    }
    expect(await readAnalysis(user, id)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'DOWNLOAD_FAILED', retryable: true },
    });
    await fetchAll();
    expect(asked).toBe(3);
  });

  test('is not fetched when its image was deleted meanwhile, and its analysis FAILED', async () => {
    const { items } = await submit(user, taskId, { url: 'http://shop.test/gone' });
    const { id, image } = items[0].analysis;
    const mutation = 'mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }';
    await user.run(mutation, { ids: [image.id] });
    await fetchAll();
    expect(connections).toEqual([]);
    expect(await readAnalysis(user, id)).toMatchObject({ status: 'FAILED', failure: { code: 'DOWNLOAD_FAILED' } });
  });

  test('that could not be fetched is fetched again when its analysis runs again', async () => {
    let isBusy = true;
    answers.set('/again', (_req, res) => {
      if (isBusy) res.writeHead(503).end();
      else void picture().then((bytes) => res.end(bytes));
    });
    const { items } = await submit(user, taskId, { url: 'http://shop.test/again' });
    const { id, image } = items[0].analysis;
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await fetchAll();
      await skipPause();
    }
    expect(await readImage(user, image.id)).toMatchObject({
      status: 'FAILED',
      indexingStatus: 'FAILED',
      failure: { code: 'DOWNLOAD_FAILED' },
    });
    isBusy = false;
    const [again] = await rerun(user, [id]);
    expect(again).toMatchObject({ status: 'QUEUED', failure: null, image: { id: image.id, status: 'FETCHING' } });
    await fetchAll();
    expect(await readImage(user, image.id)).toMatchObject({
      status: 'READY',
      indexingStatus: 'INDEXING',
      failure: null,
      width: 60,
    });
    expect((await claimable()).map((uuid) => encodeId('analysis', uuid))).toEqual([again!.id]);
    // What the client has to change is not fetched once more.
    expect(await readAnalysis(user, id)).toMatchObject({ status: 'FAILED' });
    await user.run('mutation ($ids: [ID!]) { cancelAnalyses(target: { ids: $ids }) { __typename } }', {
      ids: [again!.id],
    });
  });

  test('that is not allowed is not fetched again', async () => {
    answers.set('/file', (_req, res) => res.writeHead(302, { location: 'file:///etc/passwd' }).end());
    const { items } = await submit(user, taskId, { url: 'http://shop.test/file' });
    await fetchAll();
    const [again] = await rerun(user, [items[0].analysis.id]);
    expect(again).toMatchObject({
      status: 'FAILED',
      failure: { code: 'URL_NOT_ALLOWED' },
      image: { status: 'FAILED' },
    });
  });

  test('whose job was lost with its last worker is FAILED by the next that looks, and can run again', async () => {
    answers.set('/lost', (_req, res) => void picture().then((bytes) => res.end(bytes)));
    const { items } = await submit(user, taskId, { url: 'http://shop.test/lost' }, { url: 'http://shop.test/lost' });
    const [lost, held] = items.map(({ analysis }: Data) => analysis);
    const { db, pool, url } = sightline.database;
    const hints = createHints({ db, listenUrl: url, logger: createLogger({ level: 'fatal', format: 'json' }) });
    expect(await endForgottenFetches({ db, hints })).toBe(0);
    // What is left when a worker dies in its last attempt. The job of the other one still runs, in its last attempt, too.
    const jobs = await pool.query(
      "select id from graphile_worker._private_jobs where payload -> 'imageIds' ->> 0 = any($1) order by id",
      [items.map(({ analysis }: Data) => decodeId('image', analysis.image.id))],
    );
    expect(jobs.rows).toHaveLength(1);
    const imagesOf = (payload: string) =>
      `(${payload}::jsonb || jsonb_build_object('imageIds', jsonb_build_array($2::text)))::json`;
    await pool.query(
      `update graphile_worker._private_jobs set attempts = max_attempts, payload = ${imagesOf('payload')} where id = $1`,
      [jobs.rows[0].id, decodeId('image', lost.image.id)],
    );
    const heldJob = await pool.query(
      `select (graphile_worker.add_job('fetch_images', ${imagesOf('payload')})).id
      from graphile_worker._private_jobs where id = $1`,
      [jobs.rows[0].id, decodeId('image', held.image.id)],
    );
    await pool.query(
      'update graphile_worker._private_jobs set attempts = max_attempts, locked_at = now() where id = $1',
      [heldJob.rows[0].id],
    );
    expect(await endForgottenFetches({ db, hints })).toBe(1);
    const failure = { code: 'DOWNLOAD_FAILED', retryable: true };
    expect(await readAnalysis(user, lost.id)).toMatchObject({ status: 'FAILED', failure, image: { status: 'FAILED' } });
    expect(await readAnalysis(user, held.id)).toMatchObject({ status: 'QUEUED', image: { status: 'FETCHING' } });
    await pool.query('update graphile_worker._private_jobs set locked_at = null where id = $1', [heldJob.rows[0].id]);
    expect(await endForgottenFetches({ db, hints })).toBe(1);
    const [again] = await rerun(user, [lost.id]);
    await fetchAll();
    expect(await readAnalysis(user, again!.id)).toMatchObject({ status: 'QUEUED', image: { status: 'READY' } });
  });

  test('that is none fails its own picture and not the batch', async () => {
    answers.set('/good', (_req, res) => void picture().then((bytes) => res.end(bytes)));
    const { items } = await submit(user, taskId, { url: 'no URL' }, { url: 'http://shop.test/good' });
    await fetchAll();
    const [bad, good] = await Promise.all(items.map(({ analysis }: Data) => readAnalysis(user, analysis.id)));
    expect(bad).toMatchObject({ status: 'FAILED', failure: { code: 'URL_NOT_ALLOWED' } });
    expect(good).toMatchObject({ image: { status: 'READY' } });
  });

  test('that waits when the setting is turned off is refused by the worker', async () => {
    const [image] = await uploadImages(user, [{ source: { url: 'http://shop.test/off' } }]);
    await fetchAll({ URL_INGEST: 'off' });
    expect(connections).toEqual([]);
    expect(await readImage(user, image!.id)).toMatchObject({ status: 'FAILED', failure: { code: 'URL_NOT_ALLOWED' } });
  });
});

test('without URL_INGEST no URL is taken', async () => {
  const other = await startTestSightline();
  const its = createUser(other);
  const source = { url: 'https://example.com/a.jpg' };
  const [image] = await uploadImages(its, [{ source }]);
  expect(image).toMatchObject({ __typename: 'MediaError', code: 'URL_NOT_ALLOWED' });
  expect(image!.message).toContain('URL_INGEST');
  const { items } = await submit(its, await createTask(its), source);
  expect(items[0].analysis).toMatchObject({ status: 'FAILED', failure: { code: 'URL_NOT_ALLOWED' } });
  await its.close();
  await other.close();
});
