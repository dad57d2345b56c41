import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleProducts, examplesDir } from '../../src/cli/demo/examples.ts';
import { exampleShelves } from '../../src/cli/demo/pictures.ts';
import { type DemoRun, openDemoPlace, runDemoProcess } from '../support/demo-process.ts';

let place: string;
let removePlace: () => Promise<void>;

beforeAll(async () => {
  const opened = await openDemoPlace();
  place = opened.path;
  removePlace = opened.remove;
});
afterAll(() => removePlace());

/** How often the demo's table says that an item is on a picture, by the item's name. */
function countsInTable(stdout: string, picture: string): Map<string, number> {
  const lines = stdout.split('\n');
  const start = lines.findIndex((line) => new RegExp(`^${picture}  \\d+ products`).test(line));
  if (start === -1) throw new Error(`There is no table for ${picture} in:\n${stdout}`);
  const end = lines.indexOf('', start);
  const rows = lines.slice(start + 1, end).map((line) => /^ {2}(.+?)\s+(\d+)\s+(\d\.\d\d)$/.exec(line));
  return new Map(rows.flatMap((row) => (row ? [[row[1]!, Number(row[2])]] : [])));
}

/** The names of the example products by their slugs. */
async function productNames(): Promise<Map<string, string>> {
  const catalog = JSON.parse(await readFile(join(examplesDir, 'catalog.json'), 'utf8'));
  return new Map(catalog.products.map(({ slug, name }: { slug: string; name: string }) => [slug, name]));
}

async function facingsInTruth(file: string): Promise<Map<string, number>> {
  const truth = JSON.parse(await readFile(join(examplesDir, 'truth.json'), 'utf8'));
  const nameOf = await productNames();
  const shelf = truth.shelves.find((entry: { file: string }) => entry.file === file);
  const named: string[] = shelf.facings.flatMap(({ product }: { product: string | null }) =>
    product === null ? [] : [nameOf.get(product)!],
  );
  return new Map([...Map.groupBy(named, (name) => name)].map(([name, members]) => [name, members.length]));
}

describe('sightline demo with the example shelves', () => {
  let run: DemoRun;
  beforeAll(async () => {
    run = await runDemoProcess(place, ['--exit', '--out', 'annotated']);
  }, 300_000);

  test('ends with exit code 0 and nothing on stderr', () => {
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('prints each status of each picture as it is pushed, up to SUCCEEDED', async () => {
    for (const { name } of await exampleShelves()) {
      const statuses = [...run.stdout.matchAll(new RegExp(`^[\\d:.]{12}  ${name} +([A-Z_]+)$`, 'gm'))].map(
        ([, s]) => s,
      );
      expect(statuses).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
    }
  });

  test('names at least nine of ten catalogue products of the first picture, and few that are not there', async () => {
    const found = countsInTable(run.stdout, '1-breakfast.jpg');
    const truth = await facingsInTruth('shelves/1-breakfast.jpg');
    const facings = [...truth.values()].reduce((sum, count) => sum + count, 0);
    const right = [...truth].reduce((sum, [name, count]) => sum + Math.min(count, found.get(name) ?? 0), 0);
    const named = [...found.values()].reduce((sum, count) => sum + count, 0);
    expect(facings).toBeGreaterThan(20);
    expect(right / facings).toBeGreaterThanOrEqual(0.9);
    expect(named - right).toBeLessThanOrEqual(2);
  });

  test('names only products of the catalogue', async () => {
    const names = new Set((await exampleProducts()).map(({ name }) => name));
    for (const { name } of await exampleShelves())
      for (const found of countsInTable(run.stdout, name).keys()) expect(names).toContain(found);
  });

  test('compares a bay with its plan: exactly the planned differences, the gaps that they leave, and prices', () => {
    const lines = run.stdout.split('\n').map((line) => line.trim().replace(/ {2,}/g, '  '));
    const start = lines.findIndex((line) => line.startsWith('bay.jpg and its plan  '));
    const part = (title: string) => {
      const from = lines.findIndex((line, index) => index > start && line.startsWith(title)) + 1;
      return lines.slice(from, from + lines.slice(from).findIndex((line) => !/^(shelf|.*\d EUR)/.test(line)));
    };
    expect(part('difference')).toEqual([
      'shelf 2, position 2  Hustavik Chickpeas in Water  too few facings, 4 of 6',
      'shelf 3, position 2  Wimborel Wild Rosehip Tea  missing',
      'shelf 4, position 3  Lathwenna Dish Liquid Lime  out of order',
    ]);
    expect(part('gap')).toEqual([
      'shelf 2  room for 2 × Hustavik Chickpeas in Water',
      'shelf 3  room for 1 × Wimborel Wild Rosehip Tea',
    ]);
    expect(part('price').length).toBeGreaterThan(3);
  });

  test('writes annotated pictures as wide as people see the originals, and higher by a legend', async () => {
    for (const { name, path } of await exampleShelves()) {
      const annotated = join('annotated', name.replace('.jpg', '-annotated.jpg'));
      expect(run.stdout).toContain(`  ${annotated}\n`);
      const { info } = await sharp(join(place, annotated)).raw().toBuffer({ resolveWithObject: true });
      const { autoOrient } = await sharp(path).metadata();
      expect(info.width).toBe(autoOrient.width);
      expect(info.height).toBeGreaterThan(autoOrient.height);
    }
  });

  test('draws no progress bar and no colour into a pipe', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a bar and colours are made of
    expect(run.stdout).not.toMatch(/[\r\x1b]|\[[#.]{3,}\]/);
  });

  test('removes its temporary directory', async () => {
    expect((await readdir(place)).filter((name) => name.startsWith('sightline-demo-'))).toEqual([]);
  });
});

describe('sightline demo with photographs of a person', () => {
  test('shows why a broken one failed, and works again on the data of an earlier run', async () => {
    await writeFile(join(place, 'notes.jpg'), 'This is no picture.');
    const shelf = join(examplesDir, 'shelves', '1-breakfast.jpg');
    const args = ['--exit', '--data-dir', 'kept', '--out', 'own'];

    const mixed = await runDemoProcess(place, [...args, shelf, 'notes.jpg']);
    expect(mixed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(mixed.stdout).toMatch(/^1-breakfast\.jpg {2}\d+ products in/m);
    expect(mixed.stdout).toMatch(/^notes\.jpg {2}FAILED: .{20,}/m);

    const broken = await runDemoProcess(place, [...args, 'notes.jpg']);
    expect(broken).toMatchObject({ exitCode: 1, stderr: '' });
    expect(broken.stdout).toMatch(/^notes\.jpg {2}FAILED: .{20,}/m);
    expect(await readdir(join(place, 'own'))).toEqual(['1-breakfast-annotated.jpg']);
  });

  test('says which file cannot be read before it starts anything', async () => {
    const run = await runDemoProcess(place, ['--exit', 'absent.jpg']);
    expect(run).toMatchObject({ exitCode: 1, stdout: '' });
    expect(run.stderr).toMatch(
      /^\S+absent\.jpg does not exist\. Name picture or video files that this user may read; .*\n$/,
    );
  });
});

describe('sightline demo with a catalogue of a person', () => {
  const shelf = join(examplesDir, 'shelves', '1-breakfast.jpg');

  test('finds the products of a folder, and again when it is run again', async () => {
    const folder = join(place, 'products');
    await mkdir(folder);
    await copyFile(join(examplesDir, 'products', 'querrick-oat-rings.jpg'), join(folder, 'My_oat_rings.jpg'));
    const args = ['--exit', '--data-dir', 'mine', '--out', 'mine-annotated', '--catalogue', 'products', shelf];
    for (const told of ['1 created, 0 updated, 0 unchanged', '0 created, 0 updated, 1 unchanged']) {
      const run = await runDemoProcess(place, args);
      expect(run).toMatchObject({ exitCode: 0, stderr: '' });
      expect(run.stdout).toContain(`Catalogue: ${told}.\n`);
      expect(run.stdout).not.toContain('No product');
      expect([...countsInTable(run.stdout, '1-breakfast.jpg').keys()]).toEqual(['My oat rings']);
    }
  });

  test('says how to add products when none was named, and what is wrong with a folder before it starts anything', async () => {
    const folder = join(place, 'others');
    await mkdir(folder);
    await sharp({ create: { width: 200, height: 300, channels: 3, background: '#336' } })
      .jpeg()
      .toFile(join(folder, 'plain.jpg'));
    const unnamed = await runDemoProcess(place, ['--exit', '--out', 'none', '--catalogue', 'others', shelf]);
    expect(unnamed.stdout).toMatch(/^No product is one of those in .*others\. /m);
    const absent = await runDemoProcess(place, ['--exit', '--catalogue', 'absent', shelf]);
    expect(absent).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/absent does not exist\.\n$/),
    });
  });
});

describe('sightline demo, interrupted', () => {
  test.each([
    ['while it starts', 'Starting PostgreSQL'],
    ['while it recognises', 'RUNNING'],
  ])('stops cleanly %s', async (_, interruptAt) => {
    const run = await runDemoProcess(place, ['--out', 'unfinished'], { interruptAt });
    expect(run).toMatchObject({ exitCode: 130, stderr: '' });
    expect(run.stdout).toMatch(/Stopping…\n$/);
    expect((await readdir(place)).filter((name) => name.startsWith('sightline-demo-'))).toEqual([]);
  });

  test('stays up when it is done, tells how to go on, and stops with exit code 0', async () => {
    const shelf = join(examplesDir, 'shelves', '6-evening.jpg');
    const run = await runDemoProcess(place, ['--out', 'own', shelf], { interruptAt: 'Press Ctrl-C to stop.' });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/^GraphiQL {2}http:\/\/127\.0\.0\.1:\d+\/graphql$/m);
    expect(run.stdout).toMatch(/^API key {3}sl_[\w-]{43}$/m);
  });
});

describe('sightline demo with a video', () => {
  test('counts each product of the pan once, within a tenth of the truth, and writes a contact sheet', async () => {
    const video = join(examplesDir, 'videos', 'aisle-pan.mp4');
    const run = await runDemoProcess(place, ['--exit', '--out', 'sheets', video]);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const statuses = [...run.stdout.matchAll(/^[\d:.]{12} {2}aisle-pan\.mp4 +([A-Z_]+)$/gm)].map(
      ([, status]) => status,
    );
    expect(statuses).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);

    const truth = await packsOfThePan();
    const counted = countsInTable(run.stdout, 'aisle-pan.mp4');
    const errors = [...truth].map(([name, count]) => Math.abs((counted.get(name) ?? 0) - count));
    const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0);
    expect(sum(errors)).toBeLessThanOrEqual(0.1 * sum(truth.values()));

    const { width, height } = await sharp(join(place, 'sheets', 'aisle-pan-annotated.jpg')).metadata();
    expect([width, height]).toEqual([3 * 640 + 2 * 8, 3 * 360 + 2 * 8]);
  });
});

/** How often each item of the catalogue is in the example video, in at least two of its frames. */
async function packsOfThePan(): Promise<Map<string, number>> {
  const { tracks, frames } = JSON.parse(await readFile(join(examplesDir, 'videos', 'truth.json'), 'utf8'));
  const names = await productNames();
  const sightings: number[] = frames.flatMap((frame: { sightings: { track: number }[] }) =>
    frame.sightings.map(({ track }) => track),
  );
  const often = new Set(sightings.filter((track, index) => sightings.indexOf(track) !== index));
  const packs = (tracks as { track: number; product: string | null }[]).filter(({ track }) => often.has(track));
  const named = packs.flatMap(({ product }) => (product === null ? [] : [names.get(product)!]));
  return new Map([...Map.groupBy(named, (name) => name)].map(([name, members]) => [name, members.length]));
}
