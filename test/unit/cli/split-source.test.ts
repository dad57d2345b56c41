import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { SourceRow } from '../../../src/cli/catalog/read-source.ts';
import { splitSource } from '../../../src/cli/catalog/split-source.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sightline-split-'));
  return () => rm(folder, { recursive: true });
});

async function row(label: string, sizes: number[], cells = ['x']): Promise<SourceRow> {
  const files = new Map<string, string>();
  for (const [index, size] of sizes.entries()) {
    const file = path.join(folder, `${label}-${index}.jpg`);
    await writeFile(file, Buffer.alloc(size));
    files.set(file, file);
  }
  return { label, cells, files };
}

const unlimited = { rows: 1_000, pictures: 1_000, bytes: 1e9, table: 1e9 };

test.each([
  ['rows', { rows: 2 }],
  ['pictures', { pictures: 3 }],
  ['bytes', { bytes: 35 }],
  ['table', { table: 10 }],
])('a part ends before it has too many %s, and no row is lost', async (_title, limit) => {
  const rows = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((label) => row(label, [10, 5])));
  const parts = await splitSource({ header: ['image'], rows }, { ...unlimited, ...limit });
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.flatMap((part) => part.rows.map(({ label }) => label))).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a row that is too large for any part is one of its own', async () => {
  const rows = await Promise.all([row('a', [10]), row('huge', [500]), row('b', [10])]);
  const parts = await splitSource({ header: ['image'], rows }, { ...unlimited, bytes: 100 });
  expect(parts.map((part) => part.rows.map(({ label }) => label))).toEqual([['a'], ['huge'], ['b']]);
});
