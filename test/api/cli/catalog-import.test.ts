import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startPathProxy } from '../../support/path-proxy.ts';
import { picture } from '../../support/pictures.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** `sightline catalog import` as a person runs it, against a server with a worker. */
const program = path.join(import.meta.dirname, '../../../src/cli/main.ts');
const examples = path.join(import.meta.dirname, '../../../examples/products');
let server: TestSightline;
let user: User;
let folder: string;
beforeAll(async () => {
  server = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(server);
});
afterAll(async () => {
  await user?.close();
  await server?.close();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sightline-catalogue-'));
  return () => rm(folder, { recursive: true });
});

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function run(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const all = { ...process.env, SIGHTLINE_URL: server.url, SIGHTLINE_API_KEY: server.apiKey, ...env };
  return new Promise((resolve) =>
    execFile(process.execPath, [program, 'catalog', 'import', ...args], { env: all }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  );
}

const itemNamed = async (customId: string): Promise<Data> =>
  (
    await user.run(
      'query ($customId: String!) { catalogItems(filter: { customId: $customId }) { nodes { name brand referenceImages { id } } } }',
      { customId },
    )
  ).catalogItems.nodes[0];

test('a folder makes an item of each picture; run again, it changes nothing', async () => {
  await copyFile(path.join(examples, 'querrick-oat-rings.jpg'), path.join(folder, 'oat_rings.jpg'));
  await copyFile(path.join(examples, 'hustavik-chickpeas.png'), path.join(folder, 'chickpeas.PNG'));
  await writeFile(path.join(folder, 'notes.txt'), 'no picture');
  expect(await run([folder])).toMatchObject({ code: 0, stdout: 'Catalogue: 2 created, 0 updated, 0 unchanged.\n' });
  expect(await itemNamed('oat_rings')).toMatchObject({ name: 'oat rings' });
  expect(await run([folder])).toMatchObject({ code: 0, stdout: 'Catalogue: 0 created, 0 updated, 2 unchanged.\n' });
});

test('a table takes its pictures from beside it, and tells its problems by row', async () => {
  for (const [index, colour] of ['#aa0000', '#00aa00'].entries()) {
    const own = path.join(folder, `set-${index}`);
    await mkdir(own);
    // The same name twice, in two folders.
    await writeFile(path.join(own, 'front.jpg'), await picture({ colour }));
  }
  const table = path.join(folder, 'items.csv');
  await writeFile(
    table,
    'customId;name;brand;image;referenceImages\nt-1;Tea;Leaf;set-0/front.jpg;set-1/front.jpg\nt-2;Lost;;gone.jpg;\n\nt-3;;;set-1/front.jpg;\n',
  );
  const dry = await run([table, '--dry-run']);
  expect(dry).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('Nothing was changed. It would be: 1 created'),
  });
  expect(await itemNamed('t-1')).toBeUndefined();
  const { code, stdout } = await run([table]);
  expect(code).toBe(1);
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    'Catalogue: 1 created, 0 updated, 0 unchanged.',
    '2 rows have problems:',
    '  row 3: No file named "gone.jpg" was sent with the import.',
    '  row 5: The item is new, and name is empty.',
  ]);
  expect(await itemNamed('t-1')).toMatchObject({ brand: 'Leaf', referenceImages: [{}] });
});

test('what was sent when the connection broke off is sent again, and imported once', async () => {
  await copyFile(path.join(examples, 'dunnaby-plum-jam.jpg'), path.join(folder, 'jam.jpg'));
  let uploads = 0;
  const isUpload = ({ headers }: IncomingMessage) =>
    headers['content-type']?.startsWith('multipart/form-data') === true;
  const proxy = await startPathProxy(server.url, '/', (req) => isUpload(req) && uploads++ === 0);
  const importIds = async () =>
    (await user.run('{ catalogImports { nodes { id } } }')).catalogImports.nodes.map(({ id }: Data) => id);
  const before = await importIds();
  try {
    expect(await run([folder, '--url', proxy.url])).toMatchObject({
      code: 0,
      stdout: 'Catalogue: 1 created, 0 updated, 0 unchanged.\n',
    });
  } finally {
    await proxy.close();
  }
  expect(uploads).toBe(2);
  expect(await importIds()).toHaveLength(before.length + 1);
});

test('one that a person stops is cancelled on the server', async () => {
  await copyFile(path.join(examples, 'dunnaby-plum-jam.jpg'), path.join(folder, 'jam.jpg'));
  // Nobody imports the rows.
  const idle = await startTestSightline();
  const owner = createUser(idle);
  const running = spawn(process.execPath, [program, 'catalog', 'import', folder, '--url', idle.url], {
    env: { ...process.env, SIGHTLINE_API_KEY: idle.apiKey },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const states = async () =>
      (await owner.run('{ catalogImports { nodes { status } } }')).catalogImports.nodes.map(
        ({ status }: Data) => status,
      );
    await expect.poll(states, { timeout: 20_000 }).toEqual(['RUNNING']);
    running.kill('SIGINT');
    const [code] = await once(running, 'exit');
    expect(code).toBe(130);
    expect(await states()).toEqual(['CANCELED']);
  } finally {
    running.kill('SIGKILL');
    await owner.close();
    await idle.close();
  }
});

test('what keeps it from running is told in a sentence', async () => {
  await writeFile(path.join(folder, 'items.csv'), 'customId,colour\na,red\n');
  const failures: [string[], Record<string, string>, RegExp][] = [
    [[path.join(folder, 'none')], {}, /none does not exist\.$/m],
    [[folder], {}, /has no pictures/],
    [[path.join(folder, 'items.csv')], {}, /"colour"/],
    [[path.join(folder, 'items.csv')], { SIGHTLINE_API_KEY: '' }, /^Set SIGHTLINE_API_KEY/],
    [[path.join(folder, 'items.csv')], { SIGHTLINE_API_KEY: 'nobody' }, /API key/],
    [
      [path.join(folder, 'items.csv'), '--url', 'http://127.0.0.1:1'],
      {},
      /No server answers at http:\/\/127\.0\.0\.1:1/,
    ],
  ];
  const outcomes = await Promise.all(failures.map(([args, env]) => run(args, env)));
  outcomes.forEach((outcome, index) => {
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(failures[index]![2]) });
  });
});
