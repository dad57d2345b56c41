import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type ClientRequest, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHints } from '../../../src/events/hints.ts';
import { decodeId } from '../../../src/ids.ts';
import { createLogger } from '../../../src/log.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { expireUploads } from '../../../src/uploads/expire-uploads.ts';
import { type Answer, answer } from '../../support/client.ts';
import { runDocumented } from '../../support/documented.ts';
import { startS3Server } from '../../support/s3-server.ts';
import { sha256 } from '../../support/sha256.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { panFile, readVideo, uploadVideo } from '../videos/client.ts';
import { createUpload, readUpload, send, uploadImages } from './client.ts';

/** Large files whose bytes arrive in several requests. No worker runs: the api looks at the first bytes of a video only. */
const mebi = 1024 * 1024;

let sightline: TestSightline;
let user: User;
let organizationId: string;
/** It begins like a video, and is longer than one piece. */
let bytes: Buffer<ArrayBuffer>;
beforeAll(async () => {
  sightline = await startTestSightline();
  bytes = Buffer.concat([await readFile(panFile), randomBytes(19 * mebi)]);
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  const tenant = await sightline.createTenant();
  organizationId = tenant.organizationId;
  user = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  return () => user.close();
});

const aVideo = { filename: 'aisle.mp4', mimeType: 'video/mp4' };

/** Sends bytes from `first` on to before `end`. */
function sendPart(target: Data, [first, end]: [number, number], total: number | '*' = bytes.length): Promise<Answer> {
  return send(target, bytes.subarray(first, end), {
    headers: { 'content-range': `bytes ${first}-${end - 1}/${total}` },
  });
}

async function ask(target: Data, total: number | '*' = '*'): Promise<Answer> {
  const headers = { 'content-range': `bytes */${total}` };
  return answer(await fetch(target.url, { method: 'PUT', headers }));
}

/** Begins to send the whole file, and resolves when about so many bytes are on their way. */
async function begin(target: Data, sent: Uint8Array, headers: Record<string, string | number>): Promise<ClientRequest> {
  const req = httpRequest(target.url, { method: 'PUT', headers });
  req.on('error', () => undefined);
  if (!req.write(sent)) await once(req, 'drain');
  return req;
}

/** Resolves with the answer to a question, once the server has begun to receive. A connection that is cut before leaves nothing behind. */
function untilBusy(target: Data): Promise<Answer> {
  return vi.waitUntil(
    async () => {
      const asked = await ask(target);
      return asked.status === 409 && asked;
    },
    { timeout: 20_000 },
  );
}

/** How many bytes are kept, once the server has noticed that the request before was cut. */
async function askAfterCut(target: Data): Promise<number> {
  const found = await vi.waitUntil(
    async () => {
      const asked = await ask(target);
      return asked.status === 308 && asked;
    },
    { timeout: 20_000 },
  );
  expect(found.headers.get('range')).toBe(`bytes=0-${found.body.receivedBytes - 1}`);
  return found.body.receivedBytes;
}

async function incoming(): Promise<string[]> {
  return readdir(join(sightline.dataDir, 'blobs', organizationId, 'incoming')).catch(() => []);
}

describe('a large file', () => {
  test('whose request is cut goes on where it was cut', async () => {
    const target = await createUpload(user, { ...aVideo, byteSize: bytes.length, sha256: sha256(bytes) });
    expect(await ask(target)).toMatchObject({ status: 308, body: { id: target.id, receivedBytes: 0 } });
    const first = await begin(target, bytes.subarray(0, 18 * mebi), { 'content-length': bytes.length });
    await untilBusy(target);
    first.destroy();
    const kept = await askAfterCut(target);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(18 * mebi);
    expect((await readUpload(user, target.id)).status).toBe('AWAITING_UPLOAD');

    const range = { 'content-range': `bytes ${kept}-${bytes.length - 1}/${bytes.length}` };
    const second = await begin(target, bytes.subarray(kept, kept + mebi / 2), range);
    await untilBusy(target);
    second.destroy();
    const further = await askAfterCut(target);
    expect(further).toBeGreaterThanOrEqual(kept);

    expect(await sendPart(target, [further, bytes.length])).toMatchObject({
      status: 201,
      body: { id: target.id, status: 'RECEIVED' },
    });
    expect(await ask(target)).toMatchObject({ status: 200, body: { id: target.id, status: 'RECEIVED' } });
    expect(await incoming()).toEqual([]);
    const video = await uploadVideo(user, { uploadId: target.id });
    expect(await readVideo(user, video.id)).toMatchObject({ sha256: sha256(bytes), byteSize: bytes.length });
  });

  test('is sent in parts, each behind the one before', async () => {
    const target = await createUpload(user, aVideo);
    const video = await uploadVideo(user, { uploadId: target.id });
    const half = 10 * mebi;
    expect(await sendPart(target, [0, half], '*')).toMatchObject({ status: 308, body: { receivedBytes: half } });
    for (const wrong of [half - 1, half + 1]) {
      const refused = await sendPart(target, [wrong, bytes.length]);
      expect(refused).toMatchObject({ status: 409, body: { code: 'CONFLICT', receivedBytes: half } });
      expect(refused.headers.get('range')).toBe(`bytes=0-${half - 1}`);
    }
    expect((await sendPart(target, [half, bytes.length])).status).toBe(201);
    expect(await readVideo(user, video.id)).toMatchObject({ status: 'PROBING', sha256: sha256(bytes) });
    expect((await sendPart(target, [half, bytes.length])).status).toBe(409);
  });

  test('starts again with byte 0, in parts or whole', async () => {
    const target = await createUpload(user, aVideo);
    await sendPart(target, [0, 2 * mebi]);
    expect((await sendPart(target, [0, mebi])).body.receivedBytes).toBe(mebi);
    expect(await incoming()).toHaveLength(1);
    expect((await send(target, bytes)).status).toBe(201);
    expect(await incoming()).toEqual([]);
  });

  test('is checked when it is whole, and nothing of it is left when it is not what was announced', async () => {
    const announced = { ...aVideo, byteSize: bytes.length, sha256: 'ab'.repeat(32) };
    const target = await createUpload(user, announced);
    await sendPart(target, [0, mebi]);
    expect(await sendPart(target, [mebi, bytes.length])).toMatchObject({
      status: 422,
      body: { code: 'CHECKSUM_MISMATCH' },
    });
    expect(await readUpload(user, target.id)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'CHECKSUM_MISMATCH' },
    });
    expect(await incoming()).toEqual([]);
  });

  test('is sent by one request at a time', async () => {
    const target = await createUpload(user, aVideo);
    const length = { 'content-length': bytes.length };
    const first = await begin(target, bytes.subarray(0, mebi), length);
    const busy = await untilBusy(target);
    expect(busy.body).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/Another request/) });
    expect(Number(busy.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await send(target, bytes)).status).toBe(409);
    expect((await sendPart(target, [0, mebi])).status).toBe(409);
    const [response] = await Promise.all([once(first, 'response'), first.end(bytes.subarray(mebi))]);
    expect(response[0].statusCode).toBe(201);
    response[0].resume();
  });

  test('that never becomes whole is removed when its upload expires, which it does not while it arrives', async () => {
    const target = await createUpload(user, aVideo);
    const { pool, db, url } = sightline.database;
    const setExpiry = (seconds: number) =>
      pool.query("update upload set expires_at = now() + $2 * interval '1 second' where id = $1", [
        decodeId('upload', target.id),
        seconds,
      ]);
    await setExpiry(60);
    await sendPart(target, [0, mebi]);
    const { expiresAt } = await readUpload(user, target.id);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 600_000);
    expect(await incoming()).toHaveLength(1);
    await setExpiry(-1);
    const logger = createLogger({ level: 'fatal', format: 'json' });
    const blobs = await openDirectoryStore(join(sightline.dataDir, 'blobs'));
    await expireUploads({ db, hints: createHints({ db, listenUrl: url, logger }), logger, blobs });
    expect((await readUpload(user, target.id)).status).toBe('EXPIRED');
    expect(await incoming()).toEqual([]);
  });

  test('counts against the storage of the plan before it is whole', async () => {
    const tenant = await sightline.createTenant({ plan: 'FREE' });
    const free = createUser({ url: sightline.url, apiKey: tenant.apiKey });
    const [target, other] = [await createUpload(free, aVideo), await createUpload(free, aVideo)];
    await sightline.database.pool.query(
      `insert into blob (organization_id, sha256, byte_size, mime_type)
       select $1, decode($2, 'hex'), max_storage_bytes - $3, 'video/mp4' from plan where name = 'FREE'`,
      [tenant.organizationId, 'ab'.repeat(32), bytes.length],
    );
    expect((await sendPart(target, [0, mebi])).status).toBe(308);
    expect(await sendPart(other, [0, mebi])).toMatchObject({ status: 413, body: { code: 'QUOTA_EXCEEDED' } });
    expect((await sendPart(target, [mebi, bytes.length])).status).toBe(201);
    await free.close();
  });
});

test('a plan limits the bytes of a video before they are sent', async () => {
  await sightline.database.pool.query("update plan set max_video_bytes = $1 where name = 'FREE'", [2 * mebi]);
  const tenant = await sightline.createTenant({ plan: 'FREE' });
  const free = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  const target = await createUpload(free, aVideo);
  for (const sent of [sendPart(target, [0, mebi]), send(target, bytes)])
    expect(await sent).toMatchObject({
      status: 413,
      body: { code: 'FILE_TOO_LARGE', message: expect.stringContaining('at most 2097152') },
    });
  expect((await readUpload(free, target.id)).status).toBe('AWAITING_UPLOAD');
  await free.close();
});

test('an image goes on as well', async () => {
  const noise = { width: 700, height: 700, channels: 3, background: 'grey' } as const;
  const image = await sharp({ create: { ...noise, noise: { type: 'gaussian', mean: 128, sigma: 60 } } })
    .png()
    .toBuffer();
  const target = await createUpload(user, { filename: 'a.png', mimeType: 'image/png' });
  const part = (first: number, end: number) =>
    send(target, new Uint8Array(image.subarray(first, end)), {
      headers: { 'content-range': `bytes ${first}-${end - 1}/${image.length}` },
    });
  expect(await part(0, 300_000)).toMatchObject({ status: 308, body: { receivedBytes: 300_000 } });
  expect((await part(300_000, image.length)).status).toBe(201);
  const [stored] = await uploadImages(user, [{ source: { uploadId: target.id }, index: false }]);
  expect(stored).toMatchObject({ status: 'READY', width: 700, sha256: sha256(image) });
});

describe('a part', () => {
  test.each([
    ['bytes 0-10', 400],
    ['bytes 10-5/20', 400],
    ['bytes 0-20/20', 400],
    ['items 0-1/2', 400],
    // Not the last one, and so small that a file could have millions of them.
    ['bytes 0-9/1000', 400],
    // Not what the body has.
    ['bytes 0-300000/300001', 400],
    ['bytes 0-9/600000000', 413],
  ])('with the Content-Range %s is refused', async (range, status) => {
    const target = await createUpload(user, aVideo);
    const body = bytes.subarray(0, 10);
    expect((await send(target, body, { headers: { 'content-range': range } })).status).toBe(status);
    expect((await ask(target)).body).toMatchObject({ status: 'AWAITING_UPLOAD', receivedBytes: 0 });
  });

  test('of another size than was announced is refused', async () => {
    const target = await createUpload(user, { ...aVideo, byteSize: bytes.length });
    expect(await sendPart(target, [0, mebi], bytes.length - 1)).toMatchObject({
      status: 422,
      body: { code: 'CHECKSUM_MISMATCH' },
    });
  });

  test('with more bytes than its Content-Range says is not kept', async () => {
    const target = await createUpload(user, aVideo);
    const headers = { 'content-range': `bytes 0-${mebi - 1}/${bytes.length}`, 'transfer-encoding': 'chunked' };
    const req = await begin(target, bytes.subarray(0, 2 * mebi), headers);
    const [[response]] = await Promise.all([once(req, 'response'), req.end()]);
    expect(response.statusCode).toBe(400);
    response.resume();
    expect((await ask(target)).body.receivedBytes).toBe(0);
  });
});

test('through a bucket, the parts may arrive at different servers', async () => {
  const s3 = await startS3Server();
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
  const one = await startTestSightline({ env: s3.env });
  const two = await startTestSightline({ env: { ...s3.env, DATABASE_URL: one.database.url } });
  try {
    const { apiKey, organizationId } = await one.createTenant();
    const other = createUser({ url: one.url, apiKey });
    const target = await createUpload(other, { ...aVideo, sha256: sha256(bytes) });
    const there = { ...target, url: target.url.replace(one.url, two.url) };
    expect((await sendPart(target, [0, mebi])).body.receivedBytes).toBe(mebi);
    expect((await sendPart(there, [mebi, bytes.length])).status).toBe(201);
    const keys = (await s3.keys()).filter((key) => key.includes(organizationId));
    expect(keys).toEqual([expect.stringMatching(new RegExp(`${sha256(bytes)}$`))]);
    await other.close();
  } finally {
    await two.close();
    await one.close();
    vi.unstubAllEnvs();
    await s3.close();
  }
});

/** Not every machine has what the shell recipes need. */
const curlIsHere = spawnSync('bash', ['-c', 'command -v curl && command -v jq']).status === 0;
if (!curlIsHere)
  console.warn('NOT TESTED, for want of bash, curl or jq: the recipe for large files of docs/clients.md');

test.runIf(curlIsHere)('the commands of docs/clients.md go on where their connections are cut', async () => {
  const proxy = await startCuttingProxy(9 * mebi);
  const cut = await startTestSightline({ env: { PUBLIC_URL: proxy.url, PORT: String(proxy.targetPort) } });
  const directory = await mkdtemp(join(tmpdir(), 'sightline-clip-'));
  try {
    const clip = join(directory, 'clip.mp4');
    await writeFile(clip, bytes);
    const recipe = { url: proxy.url, apiKey: cut.apiKey, photo: clip, clip };
    const uploadId = (await runDocumented('docs/clients.md', '--continue-at', recipe)).trim();
    const other = createUser({ url: `http://127.0.0.1:${proxy.targetPort}`, apiKey: cut.apiKey });
    const video = await uploadVideo(other, { uploadId });
    expect(video).toMatchObject({ sha256: sha256(bytes) });
    // 21 MB, 9 of them by connection at most.
    expect(proxy.cuts()).toBeGreaterThanOrEqual(2);
    await other.close();
  } finally {
    await cut.close();
    await proxy.close();
    await rm(directory, { recursive: true });
  }
});

/** A server whose PUBLIC_URL is the proxy has to be told its own port. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Forwards connections, and cuts each after so many bytes of a client. */
async function startCuttingProxy(cutAfterBytes: number) {
  const targetPort = await freePort();
  let cuts = 0;
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    let passed = 0;
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => undefined);
      socket.once('close', () => other.destroy());
    }
    far.pipe(near);
    near.on('data', (chunk) => {
      passed += chunk.length;
      if (passed > cutAfterBytes) {
        cuts += 1;
        near.destroy();
      } else if (!far.write(chunk)) {
        near.pause();
        far.once('drain', () => near.resume());
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targetPort,
    cuts: () => cuts,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}
