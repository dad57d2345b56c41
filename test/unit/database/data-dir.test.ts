import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDataDir } from '../../../src/database/data-dir.ts';

let place: string;
let umask: number;
beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'sightline-data-dir-'));
  umask = process.umask(0o077);
});
afterEach(async () => {
  process.umask(umask);
  await rm(place, { recursive: true, force: true });
});

async function mode(directory: string): Promise<string> {
  return ((await stat(directory)).mode & 0o777).toString(8);
}

test('others may pass through the directories made above DATA_DIR, and do nothing in DATA_DIR', async () => {
  const dataDir = path.join(place, 'srv', 'sightline', 'data');
  await makeDataDir(dataDir);
  expect(await mode(dataDir)).toBe('700');
  expect(await mode(path.dirname(dataDir))).toBe('711');
  expect(await mode(path.join(place, 'srv'))).toBe('711');
  expect(await mode(place)).toBe('700');
});

test('what is there stays as it is', async () => {
  await makeDataDir(path.join(place, 'data'));
  expect(await mode(place)).toBe('700');
  await makeDataDir(place);
  expect(await mode(place)).toBe('700');
});
