import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId, newId } from '../../src/ids.ts';
import { codeBlock, projectRoot } from '../support/readme.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';

const run = promisify(execFile);

let server: TestSightline;
let env: NodeJS.ProcessEnv;
let taskId: string;

beforeAll(async () => {
  server = await startTestSightline({ role: 'start' });
  env = { PATH: process.env.PATH, KEY: server.apiKey };
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-API-Key': server.apiKey },
    body: JSON.stringify({ query: 'mutation { createTask(input: { name: "Shelves" }) { ... on Task { id } } }' }),
  });
  taskId = (await response.json()).data.createTask.id;
});
afterAll(() => server?.close());

/** A recipe as it stands in README.md, but for the server's address. */
function recipe(language: 'bash' | 'js', containing: string): string {
  return codeBlock(language, containing).replaceAll('127.0.0.1:4000', new URL(server.url).host);
}

const runModule = ['--input-type=module', '--eval'];

/** As `npm run node batch.mjs <task>`: a program given with --eval has no file name among its arguments but the one after `--`. */
function runBatch(task: string) {
  const args = [...runModule, recipe('js', 'ApolloClient'), '--', 'batch.mjs', task];
  return run(process.execPath, args, { cwd: projectRoot, env });
}

describe('the recipes of README.md, as they stand there', () => {
  test('recognise a picture with curl', async () => {
    const { stdout } = await run('bash', ['-c', recipe('bash', '-F map=')], { cwd: projectRoot, env });
    const { analysis } = JSON.parse(stdout).data.recognizeImage;
    expect(analysis).toMatchObject({ status: 'SUCCEEDED' });
    expect(analysis.detectionCount).toBeGreaterThan(20);
  });

  test('submit a batch with Apollo Client and follow it to its end', async () => {
    const { stdout } = await runBatch(taskId);
    const statuses = [...stdout.matchAll(/^ {2}status: '(\w+)'/gm)].map(([, status]) => status);
    expect(statuses).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
  });

  test('say why a batch was not taken', async () => {
    const unknown = encodeId('task', newId());
    await expect(runBatch(unknown)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^.*task.*\n$/i) });
  });

  test('follow all analyses with graphql-ws', async () => {
    const follower = spawn(process.execPath, [...runModule, recipe('js', 'socket.subscribe')], {
      cwd: projectRoot,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const lines = createInterface({ input: follower.stdout });
      const succeeded = new Promise<void>((resolve, reject) => {
        lines.on('line', (line) => line.includes("'SUCCEEDED'") && resolve());
        lines.on('close', () => reject(new Error('The follower ended before an analysis did.')));
      });
      succeeded.catch(() => undefined);
      // The follower hears from the moment it has subscribed, which nothing tells it; so pictures are sent until it has heard of one.
      let heard = false;
      const listening = succeeded.finally(() => {
        heard = true;
      });
      while (!heard) await run('bash', ['-c', recipe('bash', '-F map=')], { cwd: projectRoot, env });
      await listening;
    } finally {
      if (follower.exitCode === null) {
        follower.kill();
        await once(follower, 'exit');
      }
    }
  });
});
