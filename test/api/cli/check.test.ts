import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, inject, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../../src/database/pool.ts';
import { waitForDatabase } from '../../../src/database/wait-for-database.ts';
import { createEmptyDatabase, createTestDatabase } from '../../support/database.ts';
import { urlOf, withClient } from '../../support/postgres-client.ts';
import { startS3Server } from '../../support/s3-server.ts';

const root = join(import.meta.dirname, '..', '..', '..');

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sightline-check-'));
  return () => rm(dataDir, { recursive: true, force: true });
});

interface Checked {
  code: number;
  /** What was found of each, with its verdict in front. */
  lines: Record<string, string>;
}

/** `sightline check` with this environment. */
async function check(env: Record<string, string>): Promise<Checked> {
  const environment = { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: '0', ENGINES: '1', ...env };
  const { code, stdout } = await promisify(execFile)(process.execPath, [join(root, 'src', 'cli', 'main.ts'), 'check'], {
    env: environment,
  }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
  const found = stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, verdict, about, text] = /^(ok|problem) +([^:]+): (.+)$/.exec(line)!;
      return [about!, `${verdict} ${text}`] as const;
    });
  return { code, lines: Object.fromEntries(found) };
}

test('where nothing is in the way, says so of each part, and leaves nothing behind', async () => {
  await using database = await createTestDatabase();
  const { code, lines } = await check({ DATABASE_URL: database.url, DATABASE_DIRECT_URL: database.url });
  expect(lines).toEqual({
    'Node.js': `ok ${process.versions.node}`,
    DATA_DIR: expect.stringMatching(/^ok .* is writable; \d+\.\d GB are free$/),
    database: expect.stringMatching(/^ok .*: up to date$/),
    pictures: `ok ${dataDir}/blobs is readable and writable`,
    models: expect.stringMatching(/^ok .*shelf@\d/),
    videos: 'ok node-av decodes them',
    port: 'ok 127.0.0.1: a free port will be used',
    memory: expect.stringMatching(/^ok .* are available; Sightline with one engine takes about/),
  });
  expect(code).toBe(0);
  expect(await readdir(dataDir, { recursive: true })).toEqual(['blobs', join('blobs', 'tmp')]);
});

test('without DATABASE_URL the PostgreSQL that comes along is tried, and is gone again', async () => {
  const { code, lines } = await check({});
  expect(lines.database).toMatch(/^ok embedded PostgreSQL, .*: the next start will apply \d+ migrations$/);
  expect(code).toBe(0);
  expect(await readdir(dataDir)).toEqual(['blobs']);
});

test('each problem is told with its way out, all at once', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const file = join(dataDir, 'file');
  await writeFile(file, '');
  const models = join(dataDir, 'models');
  await cp(join(root, 'models'), models, {
    recursive: true,
    filter: (source) => !source.includes('/models/training'),
  });
  const damaged = (await readdir(models, { recursive: true })).find((name) => name.endsWith('.onnx'))!;
  await appendFile(join(models, damaged), 'x');
  const { code, lines } = await check({
    DATABASE_URL: 'postgres://anna:geheim@127.0.0.1:1/shop',
    DATA_DIR: join(file, 'data'),
    MODELS_DIR: models,
    PORT: String(port),
    VIDEO_DECODER: '/nowhere/ffmpeg',
  });
  expect(code).toBe(1);
  expect(lines).toMatchObject({
    DATA_DIR: expect.stringMatching(/^problem ENOTDIR.*Set DATA_DIR to a directory that you may write\.$/),
    database: expect.stringMatching(
      /^problem The database server at 127\.0\.0\.1:1, database shop, user anna cannot be/,
    ),
    pictures: expect.stringMatching(/^problem /),
    videos: expect.stringMatching(/^problem \/nowhere\/ffmpeg cannot be started .*ENOENT.*Correct VIDEO_DECODER/),
    models: expect.stringContaining(`${damaged} does not have the sha256 that the manifest of`),
    port: expect.stringMatching(
      /^problem 127\.0\.0\.1:\d+ is in use, .*Stop the program that listens there, or set PORT\.$/,
    ),
  });
  expect(JSON.stringify(lines)).not.toContain('geheim');
});

test('a database that a newer version has migrated, or that this user may not migrate, is a problem', async () => {
  await using newer = await createTestDatabase();
  await newer.pool.query("insert into kysely_migration values ('9999-newer', now()::text)");
  const first = await check({ DATABASE_URL: newer.url });
  expect([first.code, first.lines.database]).toEqual([
    1,
    expect.stringMatching(/^problem The database has 9999-newer, which this version .* does not know/),
  ]);

  await using empty = await createEmptyDatabase();
  const allowed = await check({ DATABASE_URL: empty.url });
  expect([allowed.code, allowed.lines.database]).toEqual([0, expect.stringMatching(/will apply \d+ migrations$/)]);
  const role = `check_${randomBytes(6).toString('hex')}`;
  await empty.pool.query(`create role ${role} login password 'check'`);
  try {
    const url = new URL(empty.url);
    url.username = role;
    url.password = 'check';
    const { code, lines } = await check({ DATABASE_URL: url.href });
    expect([code, lines.database]).toEqual([1, expect.stringMatching(/^problem .* this user may not create tables/)]);
  } finally {
    await empty.pool.query(`drop role ${role}`);
  }
});

test.each([
  [
    'LATIN1',
    `encoding 'LATIN1' locale_provider libc locale 'C'`,
    /Its encoding is LATIN1, which cannot store every name/,
  ],
  ['SQL_ASCII', `encoding 'SQL_ASCII' locale_provider libc locale 'C'`, /Its encoding is SQL_ASCII/],
  [
    'Turkish letters',
    `encoding 'UTF8' locale_provider icu icu_locale 'tr' locale 'C'`,
    /searches for "kiwi" do not find "KIWI"/,
  ],
])(
  'a database of %s cannot be used, for the check and for a start, and the way out works',
  async (_name, options, problem) => {
    const server = inject('databaseServer');
    const made: string[] = [];
    const create = async (text: (name: string) => string) => {
      const name = `${server.prefix}${randomBytes(6).toString('hex')}`;
      await withClient(server.url, (client) => client.query(text(name)));
      made.push(name);
      return urlOf(server.url, name);
    };
    onTestFinished(() =>
      withClient(server.url, async (client) => {
        for (const name of made) await client.query(`drop database ${name} with (force)`);
      }),
    );
    const url = await create((name) => `create database ${name} template template0 ${options}`);
    const { code, lines } = await check({ DATABASE_URL: url });
    expect(code).toBe(1);
    expect(lines.database).toMatch(/^problem /);
    expect(lines.database).toMatch(problem);
    const database = createDatabase({ url, maxConnections: 1 });
    onTestFinished(database.close);
    await expect(waitForDatabase(database.pool)).rejects.toThrow(problem);

    const way = /Create another one with "create database sightline (.+)", and set DATABASE_URL to it/.exec(
      lines.database!,
    )!;
    const other = await create((name) => `create database ${name} ${way[1]}`);
    const good = createDatabase({ url: other, maxConnections: 1 });
    onTestFinished(good.close);
    expect(await waitForDatabase(good.pool)).toMatchObject({ encoding: 'UTF8', foldsLatin: true, foldsUmlauts: true });
  },
);

test('a database that is read-only is a problem, and so is a pooler whose sessions have another isolation', async () => {
  await using database = await createTestDatabase();
  const name = new URL(database.url).pathname.slice(1);
  await database.pool.query(`alter database ${name} set default_transaction_isolation = 'serializable'`);
  const pooled = await check({
    DATABASE_URL: `${database.url}?application_name=pooled`,
    DATABASE_DIRECT_URL: database.url,
  });
  expect(pooled.lines.database).toMatch(/^ok /);
  expect(pooled.lines.DATABASE_URL).toMatch(/^problem .*Transactions are serializable there.*connect_query/);
  await database.pool.query(`alter database ${name} set default_transaction_read_only = on`);
  const { code, lines } = await check({ DATABASE_URL: database.url });
  expect(code).toBe(1);
  expect(lines.database).toMatch(
    /^problem .*is read-only\. default_transaction_read_only is on\. Turn it off with "alter database/,
  );
});

test('a bucket is written to, read and left as it was; one that is not there is a problem', async () => {
  await using database = await createTestDatabase();
  const s3 = await startS3Server();
  onTestFinished(s3.close);
  const env = { DATABASE_URL: database.url, ...s3.env };
  const { code, lines } = await check(env);
  expect([code, lines.pictures]).toEqual([0, `ok s3://${s3.bucket}/shelves/ is readable and writable`]);
  expect(await s3.keys()).toEqual([]);
  const missing = await check({ ...env, BLOB_STORE: 's3://elsewhere' });
  expect([missing.code, missing.lines.pictures]).toEqual([1, expect.stringMatching(/^problem .*NoSuchBucket/)]);
});

test('a store without the checksums that are sent by default is a problem with a way out', async () => {
  await using database = await createTestDatabase();
  const s3 = await startS3Server();
  onTestFinished(s3.close);
  const front = createHttpServer((req, res) => {
    const unknown = Object.keys(req.headers).some((name) => /^x-amz-(checksum-crc|sdk-checksum|trailer)/.test(name));
    if (unknown) {
      req.resume();
      res.writeHead(501, { 'content-type': 'application/xml' });
      res.end('<Error><Code>NotImplemented</Code><Message>A header is not implemented</Message></Error>');
      return;
    }
    const { method, url, headers } = req;
    req.pipe(
      httpRequest(`${s3.endpoint}${url}`, { method, headers }, (answer) => {
        res.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(res);
      }),
    );
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  onTestFinished(() => void front.close());
  const endpoint = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const env = { DATABASE_URL: database.url, ...s3.env, AWS_ENDPOINT_URL_S3: endpoint };
  const { code, lines } = await check(env);
  expect(code).toBe(1);
  const [, setting, value] = /Set (\w+)=(\w+)/.exec(lines.pictures!) ?? [];
  expect((await check({ ...env, [setting!]: value! })).code).toBe(0);
});

test('settings that cannot be used are problems, too', async () => {
  const { code, lines } = await check({ PORT: 'http' });
  expect([code, lines]).toEqual([
    1,
    { environment: 'problem PORT is "http"; expected a whole number from 0 to 65535.' },
  ]);
});
