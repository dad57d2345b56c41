import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../../src/ids.ts';
import { searchByItem } from '../../../src/library/search.repository.ts';
import { type SearchBounds, searchByWords } from '../../../src/library/search-words.repository.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

/** What a search leaves out where more match than it looks at. */
let database: TestDatabase;
let organizationId: string;
let taskId: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  [organizationId, taskId] = [newId(), newId()];
  await database.pool.query("insert into organization (id, name, plan) values ($1, 'a', 'FREE')", [organizationId]);
  await database.pool.query(
    "insert into task (id, organization_id, name, type, pipeline, all_catalog_items) values ($1, $2, 't', 'DETECTION', 'shelf', true)",
    [taskId, organizationId],
  );
});

interface Shown {
  shop?: string;
  /** Items that an analysis found, each with its confidence. */
  found?: [item: string, confidence: number][];
  text?: [line: string, confidence: number];
}

/** An image, newer than all before, that was analysed once. */
async function show({ shop = '', found = [], text }: Shown): Promise<string> {
  const { pool } = database;
  const [imageId, analysisId, hash] = [newId(), newId(), Buffer.alloc(32)];
  await pool.query(
    `insert into blob (organization_id, sha256, byte_size, mime_type, width, height) values ($1, $2, 1, 'image/png', 1, 1)
     on conflict do nothing`,
    [organizationId, hash],
  );
  await pool.query(
    `insert into image (id, organization_id, status, indexing_status, sha256, metadata)
     values ($1, $2, 'READY', 'INDEXED', $3, jsonb_build_object('shop', $4::text))`,
    [imageId, organizationId, hash, shop],
  );
  await pool.query(
    `insert into analysis (id, organization_id, task_id, image_id, status, priority, pipeline, finished_at)
     values ($1, $2, $3, $4, 'SUCCEEDED', 0, 'shelf-fast@2', now())`,
    [analysisId, organizationId, taskId, imageId],
  );
  for (const [item, confidence] of found)
    await pool.query('insert into analysis_item values ($1, $2, $3, 1, 1, 1, $4)', [
      analysisId,
      item,
      organizationId,
      confidence,
    ]);
  if (text)
    await pool.query(
      `insert into analysis_result (analysis_id, organization_id, width, height, detections, timings, texts)
       values ($1, $2, 10, 10, '[]', '{}', jsonb_build_array(jsonb_build_object('text', $3::text, 'confidence', $4::float8)))`,
      [analysisId, organizationId, ...text],
    );
  return imageId;
}

async function insertItem(name: string): Promise<string> {
  const id = newId();
  await database.pool.query(
    "insert into catalog_item (id, organization_id, status, name) values ($1, $2, 'ACTIVE', $3)",
    [id, organizationId, name],
  );
  return id;
}

const firstPage = { after: null, limit: 51 };
const bounds: SearchBounds = { hits: 6, images: [3] };

async function found(
  words: string[],
  page: { after: { id: string; score: number } | null; limit: number } = firstPage,
  within = bounds,
) {
  return searchByWords(database.db, organizationId, words, page, within);
}

describe('by words', () => {
  test.each<[string, (item: string, score: number) => Shown]>([
    ['items', (item, score) => ({ found: [[item, score]] })],
    ['text', (_item, score) => ({ text: ['Tea', score] })],
    // Its score is 1 whatever is asked for.
    ['metadata', () => ({ shop: 'tea' })],
  ])('in %s ranks the newest images, on all pages', async (kind, shown) => {
    const item = await insertItem('Tea');
    const ids: string[] = [];
    for (const score of [1, 0.5, 0.25, 1, 0.75, 0.5]) ids.push(await show(shown(item, score)));
    const expected = kind === 'metadata' ? [ids[5], ids[4], ids[3]] : [ids[3], ids[4], ids[5]];
    const all = await found(['tea']);
    expect(all.map(({ id }) => id)).toEqual(expected);
    const [first] = await found(['tea'], { after: null, limit: 1 });
    expect(await found(['tea'], { after: first!, limit: 51 })).toEqual(all.slice(1));
  });

  test('ranks all that have the rarest word, however old and however common the others are', async () => {
    const [tea, mint] = [await insertItem('Tea'), await insertItem('Mint')];
    const both = await show({
      found: [
        [tea, 0.5],
        [mint, 1],
      ],
    });
    for (let n = 0; n < 6; n += 1) await show({ found: [[tea, 1]] });
    expect(await found(['tea', 'mint'])).toEqual([{ id: both, score: 0.75 }]);
  });

  test('looks at older images where few of the newest have all words, on all pages alike', async () => {
    const [tea, mint] = [await insertItem('Tea'), await insertItem('Mint')];
    const both = (score: number): Shown => ({
      found: [
        [tea, score],
        [mint, score],
      ],
    });
    const [best, second] = [await show(both(1)), await show(both(0.75))];
    for (let n = 0; n < 2; n += 1) await show({ found: [[tea, 1]] });
    const [third, last] = [await show(both(0.5)), await show(both(0.25))];
    for (let n = 0; n < 2; n += 1) await show({ found: [[mint, 1]] });
    const within: SearchBounds = { hits: 20, images: [3, 4, 6] };
    const all = await found(['tea', 'mint'], firstPage, within);
    expect(all.map(({ id }) => id)).toEqual([best, second, third, last]);
    // The first page is full of the newest; an image that is found later would lie before its cursor.
    const [first, ...others] = await found(['tea', 'mint'], { after: null, limit: 2 }, within);
    expect([first, ...others]).toEqual(all.slice(0, 2));
    expect(await found(['tea', 'mint'], { after: others[0]!, limit: 2 }, within)).toEqual(all.slice(2));
  });

  test.each<[string, (item: string) => Shown]>([
    ['the name of an item', (item) => ({ found: [[item, 1]] })],
    ['text', () => ({ text: ['Mint tea', 1] })],
    ['metadata', () => ({ shop: 'tea and mint' })],
  ])('ranks images that have all words in %s before newer ones, where each word is common', async (_place, shown) => {
    const [tea, mint, both] = [await insertItem('Tea'), await insertItem('Mint'), await insertItem('Mint tea')];
    const old = await show(shown(both));
    for (let n = 0; n < 6; n += 1) {
      await show({ found: [[tea, 1]] });
      await show({ found: [[mint, 1]] });
    }
    expect(await found(['tea', 'mint'])).toEqual([{ id: old, score: 1 }]);
  });
});

test('by item looks at the newest analyses that found it', async () => {
  const item = await insertItem('Tea');
  const ids: string[] = [];
  for (const score of [1, 0.5, 0.75]) ids.push(await show({ found: [[item, score]] }));
  expect(await searchByItem(database.db, organizationId, item, firstPage, 2)).toEqual([
    { id: ids[2], score: 0.75 },
    { id: ids[1], score: 0.5 },
  ]);
});
