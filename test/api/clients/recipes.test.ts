import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDocumented } from '../../support/documented.ts';
import { exampleProducts } from '../../support/examples.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';

/** The recipes of examples/clients as people run them, with a real engine. */
const examples = path.join(import.meta.dirname, '../../../examples');
const shelf = path.join(examples, 'shelves/1-breakfast.jpg');
const curl = path.join(examples, 'clients/curl.sh');
const run = promisify(execFile);

let server: TestSightline;
let user: User;
beforeAll(async () => {
  server = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(server);
});
afterAll(async () => {
  await user?.close();
  await server?.close();
});

/** @returns its stdout. @throws with its stderr when it fails */
async function runRecipe(command: string, args: string[], apiKey = server.apiKey): Promise<string> {
  const env = { ...process.env, SIGHTLINE_URL: server.url, SIGHTLINE_API_KEY: apiKey };
  const { stdout } = await run(command, args, { env });
  return stdout;
}

/** Not every machine has what the shell recipes need. */
const curlIsHere = spawnSync('bash', ['-c', 'command -v curl && command -v jq && command -v openssl']).status === 0;
if (!curlIsHere)
  console.warn('NOT TESTED, for want of bash, curl, jq or openssl: examples/clients/curl.sh, docs/clients.md');

test.runIf(curlIsHere)('curl.sh finds the product of one picture on another', async () => {
  const [product] = await exampleProducts('querrick-oat-rings');
  const stdout = await runRecipe(curl, [path.join(examples, product!.file), shelf]);
  const detections = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const names = detections.map(({ catalogItem }) => catalogItem?.name).filter(Boolean);
  expect(names.length).toBeGreaterThan(0);
  expect(new Set(names)).toEqual(new Set([path.basename(product!.file)]));
});

test.runIf(curlIsHere)('curl.sh ends with what is wrong', async () => {
  await expect(runRecipe(curl, [shelf, shelf], 'nobody')).rejects.toThrow(/The API key is unknown/);
  await expect(runRecipe(curl, [import.meta.filename, shelf])).rejects.toThrow(/not an image/);
});

function documented(page: string, containing: string, apiKey = server.apiKey): Promise<string> {
  return runDocumented(page, containing, { url: server.url, apiKey, photo: shelf });
}

test.runIf(curlIsHere)('the commands of docs/clients.md make a task and run a recipe with it', async () => {
  const events = (await documented('docs/clients.md', 'examples/clients/')).trim().split('\n');
  expect(events.map((line) => line.split(' ')[1])).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
});

test.runIf(curlIsHere)('the commands of docs/clients.md send a file apart from the request that uses it', async () => {
  const uploadId = (await documented('docs/clients.md', 'createUploads')).trim();
  const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on UploadTarget { status } } }', {
    id: uploadId,
  });
  expect(node.status).toBe('RECEIVED');
});

test.each(['graphql-ws.ts', 'graphql-sse.ts', 'apollo.ts', 'urql.ts'])(
  '%s sends two pictures and follows them to their end',
  async (recipe) => {
    const taskId = await createTask(user);
    const file = path.join(examples, 'clients', recipe);
    const stdout = await runRecipe(process.execPath, [file, taskId, shelf, shelf]);
    for (const status of ['QUEUED', 'RUNNING', 'SUCCEEDED'])
      expect(stdout.match(new RegExp(`^an_\\w+ ${status}`, 'gm'))).toHaveLength(2);
  },
);
