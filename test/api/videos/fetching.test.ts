import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger, runOnce } from 'graphile-worker';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { createHints } from '../../../src/events/hints.ts';
import { decodeId } from '../../../src/ids.ts';
import { fetchVideoJob } from '../../../src/jobs/definitions.ts';
import { createLogger } from '../../../src/log.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { fetchVideo } from '../../../src/videos/fetching/fetch-video.ts';
import { asTask } from '../../../workers/job-handler.ts';
import { fetchVideoHandler } from '../../../workers/jobs/fetch-video.ts';
import { startTestInternet, type TestInternet } from '../../support/internet.ts';
import { createTask } from '../../support/recognition.ts';
import { sha256 } from '../../support/sha256.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { analyzeVideo, panFile, readVideo, readVideoAnalysis, uploadVideo } from './client.ts';

/** Videos by their URL. The api and the jobs are real; names, addresses and the internet are a server on loopback. */
const maxVideoBytes = 1_200_000;
const env = { URL_INGEST: 'on', URL_INGEST_ALLOW: 'clips.test, *.clips.test', MAX_VIDEO_BYTES: String(maxVideoBytes) };
const names = { 'clips.test': '93.184.216.34', 'inside.clips.test': '10.0.0.1' };
const url = 'http://clips.test/aisle.mp4';

let sightline: TestSightline;
let internet: TestInternet;
let bytes: Buffer;
beforeAll(async () => {
  internet = await startTestInternet(names);
  sightline = await startTestSightline({ env });
  bytes = await readFile(panFile);
});
afterAll(async () => {
  internet?.close();
  await sightline?.close();
});

let user: User;
let organizationId: string;
beforeEach(async () => {
  const tenant = await sightline.createTenant();
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  internet.answers.clear();
  internet.connections.length = 0;
  return () => user.close();
});

async function openResources() {
  const { db, url } = sightline.database;
  const logger = createLogger({ level: 'fatal', format: 'json' });
  const hints = createHints({ db, listenUrl: url, logger });
  return { db, hints, blobs: await openDirectoryStore(join(sightline.dataDir, 'blobs')), config: loadConfig(env) };
}

/** Runs the jobs that are due, as a worker does. */
async function fetchAll(): Promise<void> {
  const resources = await openResources();
  const stop = new AbortController().signal;
  const errors: unknown[] = [];
  await runOnce({
    pgPool: sightline.database.pool,
    taskList: { fetch_video: asTask(fetchVideoJob, fetchVideoHandler(resources, stop, internet.network)) },
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

describe('a video by its URL', () => {
  test('is fetched by a worker, over a redirect, while its analysis waits', async () => {
    internet.answers.set('/aisle.mp4', (_req, res) => res.writeHead(302, { location: '/really.mp4' }).end());
    internet.answers.set('/really.mp4', (req, res) => {
      expect(req.headers.accept).toBe('video/*');
      res.writeHead(200).end(bytes);
    });
    const analysis = await analyzeVideo(user, { taskId: await createTask(user), source: { url } });
    expect(analysis.status).toBe('QUEUED');
    expect(await readVideo(user, analysis.video.id)).toMatchObject({ status: 'FETCHING', sourceUrl: url, url: null });
    expect(internet.connections).toEqual([]);
    await fetchAll();
    expect(internet.connections).toEqual(['93.184.216.34:80', '93.184.216.34:80']);
    expect(await readVideo(user, analysis.video.id)).toMatchObject({
      status: 'PROBING',
      sha256: sha256(bytes),
      mimeType: 'video/mp4',
      sourceUrl: url,
    });
    expect((await readVideoAnalysis(user, analysis.id)).status).toBe('QUEUED');
  });

  test('that does not answer is tried three times, and fails with its analysis', async () => {
    internet.answers.set('/aisle.mp4', (_req, res) => res.writeHead(503).end());
    const analysis = await analyzeVideo(user, { taskId: await createTask(user), source: { url } });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect((await readVideo(user, analysis.video.id)).status).toBe('FETCHING');
      await fetchAll();
      await skipPause();
    }
    const failure = { code: 'DOWNLOAD_FAILED', message: expect.stringMatching(/within 10 minutes/) };
    expect(await readVideo(user, analysis.video.id)).toMatchObject({ status: 'FAILED', failure });
    expect(await readVideoAnalysis(user, analysis.id)).toMatchObject({ status: 'FAILED', failure });
    expect(internet.connections).toHaveLength(3);
  });

  test.each([
    ['larger than a video may be', Buffer.alloc(maxVideoBytes + 1), 'FILE_TOO_LARGE'],
    ['no video', Buffer.from('<html>not here</html>'), 'UNSUPPORTED_MEDIA'],
  ])('that is %s fails', async (_what, body, code) => {
    internet.answers.set('/aisle.mp4', (_req, res) => res.writeHead(200).end(body));
    const video = await uploadVideo(user, { url });
    await fetchAll();
    expect(await readVideo(user, video.id)).toMatchObject({ status: 'FAILED', failure: { code } });
  });

  test.each([
    ['http://169.254.169.254/latest', /not on the public internet/],
    ['http://clips.test:8080/a.mp4', /port 8080/],
    ['http://user:secret@clips.test/a.mp4', /user or password/],
    ['http://other.test/a.mp4', /URL_INGEST_ALLOW/],
  ])('is refused where it may not lead: %s', async (source, message) => {
    expect(await uploadVideo(user, { url: source })).toMatchObject({
      __typename: 'MediaError',
      code: 'URL_NOT_ALLOWED',
      message: expect.stringMatching(message),
    });
    const analysis = await analyzeVideo(user, { taskId: await createTask(user), source: { url: source } });
    expect(analysis).toMatchObject({ status: 'FAILED', failure: { code: 'URL_NOT_ALLOWED' } });
  });

  test('never connects to an address inside, whatever its name says', async () => {
    const video = await uploadVideo(user, { url: 'http://inside.clips.test/a.mp4' });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await fetchAll();
      await skipPause();
    }
    expect(await readVideo(user, video.id)).toMatchObject({ failure: { code: 'DOWNLOAD_FAILED' } });
    expect(internet.connections).toEqual([]);
  });

  test('is left to another worker when this one stops', async () => {
    const begun = Promise.withResolvers<void>();
    internet.answers.set('/aisle.mp4', (_req, res) => {
      res.writeHead(200).write(bytes.subarray(0, 1000));
      begun.resolve();
    });
    const video = await uploadVideo(user, { url });
    const stop = new AbortController();
    const options = { isLast: true, mayWait: false, signal: stop.signal };
    const ids = {
      organizationId,
      videoId: decodeId('video', video.id)!,
    };
    const fetching = fetchVideo({ ...(await openResources()), network: internet.network }, ids, options);
    await begun.promise;
    stop.abort();
    expect(await fetching).toBe(true);
    expect((await readVideo(user, video.id)).status).toBe('FETCHING');
    internet.answers.set('/aisle.mp4', (_req, res) => res.writeHead(200).end(bytes));
    await fetchAll();
    expect(await readVideo(user, video.id)).toMatchObject({ status: 'PROBING', sha256: sha256(bytes) });
  });

  test('is refused by a server that fetches nothing', async () => {
    const closed = await startTestSightline();
    try {
      expect(await uploadVideo(createUser(closed), { url })).toMatchObject({
        code: 'URL_NOT_ALLOWED',
        message: expect.stringMatching(/URL_INGEST=on/),
      });
    } finally {
      await closed.close();
    }
  });
});
