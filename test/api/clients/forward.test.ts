import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forward } from '../../../examples/clients/forward.ts';
import type { AnalysisEvent } from '../../../examples/clients/operations.ts';
import { picture } from '../../support/pictures.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';

/** The recipe that hands events to an endpoint, from cron as it were: each run is a new one. */
let server: TestSightline;
let user: User;
let taskId: string;
let endpoint: Server;
let directory: string;
/** What the endpoint took. */
let taken: AnalysisEvent[];
/** What it answers next; 200 when there is nothing. */
let answers: number[];
beforeAll(async () => {
  server = await startTestSightline();
  user = createUser(server);
  taskId = await createTask(user);
});
afterAll(async () => {
  await user?.close();
  await server?.close();
});
beforeEach(async () => {
  [taken, answers] = [[], []];
  directory = await mkdtemp(path.join(tmpdir(), 'sightline-forward-'));
  endpoint = createServer(async (req, res) => {
    const body = Buffer.concat(await Array.fromAsync<Buffer>(req));
    const status = answers.shift() ?? 200;
    if (status === 200) taken.push(...JSON.parse(String(body)).events);
    res.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  return async () => {
    endpoint.close();
    await rm(directory, { recursive: true });
  };
});

const target = () => `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
const cursorFile = () => path.join(directory, 'cursor');
const run = () => forward({ url: server.url, apiKey: server.apiKey, target: target(), cursorFile: cursorFile() });
const seen = () => taken.map((event) => event.__typename === 'AnalysisStatusChanged' && event.analysisId);

async function submit(count: number): Promise<string[]> {
  const file = new Blob([await picture()]);
  return (
    await submitBatch(
      user,
      Array.from({ length: count }, () => ({ file })),
      { taskId },
    )
  ).ids;
}

test('the first run notes where to begin, the next ones hand over what has happened since, once', async () => {
  await submit(1);
  await run();
  expect(taken).toEqual([]);
  const ids = await submit(2);
  await run();
  expect(seen().sort()).toEqual(ids.toSorted());
  await run();
  expect(taken).toHaveLength(2);
});

test('an endpoint that fails gets the same page again', async () => {
  await run();
  const ids = await submit(1);
  answers = [503];
  await expect(run()).rejects.toThrow('answered 503');
  expect(taken).toEqual([]);
  await run();
  expect(seen()).toEqual(ids);
});

test('more than a page is handed over in one run', async () => {
  await run();
  const ids = await submit(130);
  await run();
  expect(seen().sort()).toEqual(ids.toSorted());
});

test('a cursor that cannot be gone on from is told to the endpoint, and the next run goes on', async () => {
  await run();
  const cursor = await readFile(cursorFile(), 'utf8');
  await writeFile(cursorFile(), `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`);
  await run();
  expect(taken).toMatchObject([{ __typename: 'StreamResync', reason: 'CURSOR_FOREIGN' }]);
  const [id] = await submit(1);
  await run();
  expect(seen().at(-1)).toBe(id);
});

test('as a program it takes the endpoint and the file as arguments, and says what is wrong', async () => {
  const program = path.join(import.meta.dirname, '../../../examples/clients/forward.ts');
  const start = (apiKey: string) => {
    const env = { ...process.env, SIGHTLINE_URL: server.url, SIGHTLINE_API_KEY: apiKey };
    return promisify(execFile)(process.execPath, [program, target(), cursorFile()], { env });
  };
  await start(server.apiKey);
  const ids = await submit(1);
  await start(server.apiKey);
  expect(seen()).toEqual(ids);
  await expect(start('nobody')).rejects.toThrow('The API key is unknown');
});
