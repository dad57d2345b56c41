import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { type BlobStore, BlobTooLargeError } from '../../../src/storage/blob-store.ts';
import { openBlobStore } from '../../../src/storage/open-store.ts';
import { type S3Server, startS3Server } from '../../support/s3-server.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.close();
});

async function open(env: Record<string, string>): Promise<BlobStore> {
  const directory = await mkdtemp(join(tmpdir(), 'sightline-store-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return openBlobStore(loadConfig({ DATA_DIR: directory, ...env }));
}

const headers = { contentType: 'image/png', contentDisposition: 'attachment; filename="shelf 1.png"' };

async function put(store: BlobStore, key: Parameters<BlobStore['put']>[0], content: string): Promise<void> {
  const file = store.temporaryFile();
  await writeFile(file, content);
  await store.put(key, file);
}

async function readAll(
  store: BlobStore,
  key: Parameters<BlobStore['read']>[0],
  range?: { start: number; end: number },
) {
  const { bytes, byteSize } = await store.read(key, range);
  return { text: (await buffer(bytes)).toString(), byteSize };
}

describe.each([
  { title: 'a directory', env: () => ({}) },
  { title: 'S3', env: () => server.env },
])('blobs in $title', ({ env }) => {
  test('are kept under what they are, whether they were sent ahead or not, and once', async () => {
    const store = await open(env());
    const organizationId = randomUUID();
    const content = Buffer.from(randomUUID());
    const sha256 = createHash('sha256').update(content).digest('hex');
    const key = { organizationId, sha256 };
    expect(await store.has(key)).toBe(false);
    for (const sends of [true, false, true]) {
      const staged = await store.stage(Readable.from([content]), { maxBytes: 1_000 });
      expect(staged).toMatchObject({ sha256, byteSize: content.length });
      if (sends) await staged.send(organizationId);
      await staged.keep(organizationId);
      await staged.keep(organizationId);
      await staged.discard();
      expect(await readAll(store, key)).toEqual({ text: content.toString(), byteSize: content.length });
    }
    expect(await store.has({ organizationId: randomUUID(), sha256 })).toBe(false);
    expect(await readAll(store, key, { start: 2, end: 4 })).toEqual({
      text: content.toString().slice(2, 5),
      byteSize: content.length,
    });
    expect(await readFile(await store.localFile(key))).toEqual(content);
  });

  test('that are discarded leave nothing, and too many bytes are refused', async () => {
    const store = await open(env());
    const organizationId = randomUUID();
    const staged = await store.stage(Readable.from([Buffer.from(organizationId)]), { maxBytes: 1_000 });
    await staged.send(organizationId);
    await staged.discard();
    expect(await store.has({ organizationId, sha256: staged.sha256 })).toBe(false);
    await expect(readdir(join(staged.file, '..'))).resolves.toEqual([]);
    await expect(store.stage(Readable.from([Buffer.alloc(11)]), { maxBytes: 10 })).rejects.toThrow(BlobTooLargeError);
    await expect(readdir(join(staged.file, '..'))).resolves.toEqual([]);
    expect((await server.keys()).filter((name) => name.includes(organizationId))).toEqual([]);
  });

  test('that a killed process was taking in are removed after a day', async () => {
    const store = await open(env());
    const [old, fresh] = [
      await store.stage(Readable.from([Buffer.from('old')]), { maxBytes: 1_000 }),
      await store.stage(Readable.from([Buffer.from('fresh')]), { maxBytes: 1_000 }),
    ];
    const yesterday = new Date(Date.now() - 86_400_000 - 60_000);
    await utimes(old.file, yesterday, yesterday);
    expect(await store.sweep(86_400_000)).toBe(1);
    expect(await readdir(join(old.file, '..'))).toEqual([basename(fresh.file)]);
  });

  test('go with their renditions, and leave those of others', async () => {
    const store = await open(env());
    const key = { organizationId: randomUUID(), sha256: '01'.repeat(32) };
    const other = { organizationId: randomUUID(), sha256: key.sha256 };
    for (const one of [key, { ...key, derived: 'w320' }, { ...key, derived: 'an-1.w1280.webp' }, other])
      await put(store, one, 'content');
    await store.localFile(key);
    await store.remove({ ...key, derived: 'w320' });
    expect(await store.has({ ...key, derived: 'w320' })).toBe(false);
    for (const left of [key, { ...key, derived: 'an-1.w1280.webp' }]) expect(await store.has(left)).toBe(true);
    await put(store, { ...key, derived: 'w320' }, 'content');
    await store.removeDerived(key, 'an-1.');
    expect(await store.has({ ...key, derived: 'an-1.w1280.webp' })).toBe(false);
    expect(await store.has({ ...key, derived: 'w320' })).toBe(true);
    await put(store, { ...key, derived: 'an-1.w1280.webp' }, 'content');
    await store.remove(key);
    await store.remove(key);
    await store.removeDerived(key, 'an-1.');
    for (const gone of [key, { ...key, derived: 'w320' }, { ...key, derived: 'an-1.w1280.webp' }]) {
      expect(await store.has(gone)).toBe(false);
      await expect(store.read(gone)).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(store.localFile(gone)).rejects.toMatchObject({ code: 'ENOENT' });
    }
    expect(await readAll(store, other)).toEqual({ text: 'content', byteSize: 7 });
  });

  test('may be files of exports, which are replaced and removed', async () => {
    const store = await open(env());
    const key = { organizationId: randomUUID(), exportId: randomUUID() };
    await put(store, key, 'first');
    await put(store, key, 'second');
    expect(await readAll(store, key)).toEqual({ text: 'second', byteSize: 6 });
    await store.remove(key);
    await expect(store.read(key)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('whose key is none are refused before anything is asked for', async () => {
    const store = await open(env());
    const key = { organizationId: '../secrets', sha256: 'ab'.repeat(32) };
    await expect((async () => store.has(key))()).rejects.toThrow("is not a valid part of a blob's key");
    await expect((async () => store.remove(key))()).rejects.toThrow("is not a valid part of a blob's key");
    const staged = await store.stage(Readable.from([Buffer.from('x')]), { maxBytes: 10 });
    await expect(staged.keep(key.organizationId)).rejects.toThrow("is not a valid part of a blob's key");
  });
});

test('a directory has no links of its own', async () => {
  const store = await open({});
  expect(await store.link({ organizationId: randomUUID(), sha256: 'ab'.repeat(32) }, headers)).toBeNull();
});

describe('in S3', () => {
  test('a link reads one object without a key, as what it is, in parts too; and no other object', async () => {
    const store = await open(server.env);
    const key = { organizationId: randomUUID(), sha256: 'cd'.repeat(32) };
    const other = { organizationId: randomUUID(), sha256: key.sha256 };
    for (const one of [key, other]) await put(store, one, 'a picture');
    const link = (await store.link(key, headers))!;
    const answer = await fetch(link, { headers: { range: 'bytes=2-4' } });
    expect(answer.status).toBe(206);
    expect(await answer.text()).toBe('pic');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': headers.contentDisposition,
      'cache-control': 'private, max-age=3600',
    });
    const stolen = await fetch(link.replace(key.organizationId, other.organizationId));
    expect(stolen.status).toBe(403);
    const later = await fetch(link.replace('X-Amz-Expires=7200', 'X-Amz-Expires=86400'));
    expect(later.status).toBe(403);
  });

  test('what was on its way when a process was killed is removed after a day, of that organisation alone', async () => {
    const store = await open(server.env);
    const [organizationId, other] = [randomUUID(), randomUUID()];
    // Sent and neither kept nor discarded, as by a process that is gone.
    for (const owner of [organizationId, organizationId, other]) {
      const staged = await store.stage(Readable.from([Buffer.from(randomUUID())]), { maxBytes: 1_000 });
      await staged.send(owner);
    }
    const incoming = async (owner: string) =>
      (await server.keys()).filter((key) => key.includes(`/${owner}/incoming/`));
    const [old, fresh] = await incoming(organizationId);
    const dayMs = 86_400_000;
    for (const key of [old!, ...(await incoming(other))]) await server.age(key, dayMs + 60_000);
    expect(await store.sweepIncoming(organizationId, dayMs)).toBe(1);
    expect(await incoming(organizationId)).toEqual([fresh]);
    expect(await incoming(other)).toHaveLength(1);
    expect(await store.sweepIncoming(organizationId, dayMs)).toBe(0);
  });

  test('an object of several parts is whole', async () => {
    const store = await open(server.env);
    const content = Buffer.alloc(20_000_001, 'sightline');
    const organizationId = randomUUID();
    const staged = await store.stage(Readable.from([content]), { maxBytes: 30_000_000 });
    await staged.send(organizationId);
    await staged.keep(organizationId);
    const file = await store.localFile({ organizationId, sha256: staged.sha256 });
    expect((await readFile(file)).equals(content)).toBe(true);
  });

  test.each([
    ['is not there', { BLOB_STORE: 's3://elsewhere' }, 'NoSuchBucket'],
    ['cannot be reached', { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }, 'ECONNREFUSED'],
  ])('a bucket that %s is told of at once', async (_title, env, reason) => {
    const opening = open({ ...server.env, ...env });
    await expect(opening).rejects.toThrow(
      /^BLOB_STORE s3:\/\/\w+\/(shelves\/)? cannot be used\..*Check that the bucket exists/,
    );
    await expect(opening).rejects.toThrow(reason);
  });
});

test.each(['s3://', 'pictures', 's3://Pictures', 's3://pictures/../other', 's3://pictures/a?b'])(
  'BLOB_STORE=%s is refused with what is expected',
  (value) => {
    expect(() => loadConfig({ BLOB_STORE: value })).toThrow(/BLOB_STORE is ".*"; expected s3:\/\/bucket/);
  },
);

test('the prefix of BLOB_STORE ends with one slash, or is empty', () => {
  const read = (value: string) => loadConfig({ BLOB_STORE: value }).blobStore;
  expect(read('s3://pictures')).toEqual({ bucket: 'pictures', prefix: '', endpoint: null });
  expect(read('s3://pictures//a/b/')).toEqual({ bucket: 'pictures', prefix: 'a/b/', endpoint: null });
});
