import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listAnalyses } from '../../../src/analyses/list-analyses.repository.ts';
import type { DB } from '../../../src/database/types.generated.ts';
import { newId } from '../../../src/ids.ts';
import type { ImageFilter } from '../../../src/images/image-filter.ts';
import { listImages } from '../../../src/images/images.repository.ts';
import { listHashesSince, streamEmbeddings } from '../../../src/library/embeddings.repository.ts';
import { searchByItem } from '../../../src/library/search.repository.ts';
import { searchByWords } from '../../../src/library/search-words.repository.ts';
import {
  listExpiredImages,
  listExpiredVideos,
  readRetentionBehind,
  removeExpiredAnalyses,
  removeExpiredVideoAnalyses,
} from '../../../src/retention/retention.repository.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { explainQueries } from '../../support/query-plans.ts';

/** How the server finds what clients filter by, in tables where reading everything would be felt. */
const imageCount = 12_000;
const analysisCount = 6_000;
const newestMinutes = 60;

let database: TestDatabase;
let organizationId: string;
let itemId: string;
let db: Kysely<DB>;
let planOf: ReturnType<typeof explainQueries>['planOf'];

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db, planOf } = explainQueries(database));
  [organizationId, itemId] = [newId(), newId()];
  const [otherId, taskId] = [newId(), newId()];
  const { pool } = database;
  await pool.query("insert into organization (id, name, plan) values ($1, 'a', 'FREE'), ($2, 'b', 'FREE')", [
    organizationId,
    otherId,
  ]);
  // One a minute, alternating between the organisations; as many blobs.
  await pool.query(
    `insert into blob (organization_id, sha256, byte_size, mime_type, width, height)
     select case when n % 2 = 0 then $1::uuid else $2 end, sha256(n::text::bytea), 1, 'image/jpeg', 1, 1
     from generate_series(1, $3::int) n`,
    [organizationId, otherId, imageCount],
  );
  await pool.query(
    `insert into image (id, organization_id, status, indexing_status, sha256, external_id, place_id, filename, metadata, recorded_at, created_at)
     select gen_random_uuid(), case when n % 2 = 0 then $1::uuid else $2 end, 'READY', 'INDEXED', sha256(n::text::bytea),
       'id-' || n, 'place-' || n / 20, 'photo-' || n || '.jpg', jsonb_build_object('store', 'shop-' || n / 20),
       now() - n * interval '1 minute', now() - n * interval '1 minute'
     from generate_series(1, $3::int) n`,
    [organizationId, otherId, imageCount],
  );
  await pool.query(
    `insert into blob_embedding (organization_id, sha256, model, embedding, xid)
     select organization_id, sha256, 'm@1', '\\x00000000', (row_number() over ())::text::xid8 from blob`,
  );
  await pool.query(
    "insert into task (id, organization_id, name, type, pipeline, all_catalog_items) values ($1, $2, 't', 'DETECTION', 'shelf', true)",
    [taskId, organizationId],
  );
  await pool.query(
    "insert into catalog_item (id, organization_id, status, name) select gen_random_uuid(), $1, 'ACTIVE', 'product ' || n from generate_series(1, 500) n",
    [organizationId],
  );
  await pool.query(
    "insert into catalog_item (id, organization_id, status, name) values ($1, $2, 'ACTIVE', 'mint tea')",
    [itemId, organizationId],
  );
  await pool.query(
    `insert into analysis (id, organization_id, task_id, image_id, status, priority, pipeline, external_id, place_id, metadata, created_at, finished_at)
     select gen_random_uuid(), $1, $2, id, 'SUCCEEDED', 0, 'shelf-fast@2', external_id, place_id, metadata, created_at, now()
     from image where organization_id = $1 limit $3`,
    [organizationId, taskId, analysisCount],
  );
  await pool.query(
    `insert into analysis_item (analysis_id, catalog_item_id, organization_id, facings, area, width)
     select a.id, i.id, a.organization_id, 1, 1, 1
     from (select id, organization_id, row_number() over () as n from analysis) a
     join (select id, row_number() over (order by name = 'mint tea', id) as n from catalog_item) i on i.n = 1 + a.n % 501`,
  );
  await pool.query(
    `insert into analysis_result (analysis_id, organization_id, width, height, detections, timings, texts)
     select id, organization_id, 10, 10, '[]', '{}', jsonb_build_array(
       jsonb_build_object('text', 'word ' || row_number() over (), 'confidence', 0.9)) from analysis`,
  );
  await pool.query(
    `insert into video (id, organization_id, status, created_at)
     select gen_random_uuid(), organization_id, 'AWAITING_UPLOAD', created_at from image`,
  );
  await pool.query(
    `insert into video_analysis (id, organization_id, task_id, video_id, status, priority, pipeline, frames_per_second,
       key_frames_only, created_at, finished_at)
     select gen_random_uuid(), $1, $2, id, 'CANCELED', 0, 'shelf-fast@2', 1, false, created_at, now()
     from video where organization_id = $1 limit $3`,
    [organizationId, taskId, analysisCount],
  );
  await pool.query('vacuum analyze');
});
afterAll(() => database.drop());

const firstPage = { after: null, limit: 51 };
const lastHour = () => ({ from: new Date(Date.now() - newestMinutes * 60_000) });

describe('filters of images', () => {
  const list = (filter: ImageFilter) => () => listImages(db, organizationId, filter, firstPage);

  test.each<[string, string, () => ImageFilter]>([
    ['metadata', 'image_metadata', () => ({ metadata: [{ key: 'store', value: 'shop-7' }] })],
    ['when they were taken', 'image_recorded_at', () => ({ recordedAt: lastHour() })],
    ['when they were stored', 'image_created_at', () => ({ createdAt: lastHour() })],
    ["the client's own id", 'image_external_id', () => ({ externalId: 'id-8' })],
    ['where they were taken', 'image_place_id', () => ({ placeId: 'place-7' })],
  ])('by %s go by an index', async (_title, index, filter) => {
    const plan = await planOf(list(filter()));
    expect(plan.indexes).toContain(index);
    expect(plan.scanned).not.toContain('image');
  });

  test('none at all reads the newest, not everything', async () => {
    expect((await planOf(list({}))).scanned).toEqual([]);
  });
});

describe('filters of analyses', () => {
  test.each([
    ['metadata', 'analysis_metadata', () => ({ metadata: [{ key: 'store', value: 'shop-7' }] })],
    ['when they were submitted', 'analysis_created_at', () => ({ createdAt: lastHour() })],
    ["the client's own id", 'analysis_external_id', () => ({ externalId: 'id-8' })],
    ['where their image was taken', 'analysis_place_id', () => ({ placeId: 'place-7' })],
    ['what was found', 'analysis_item_item', () => ({ containsCatalogItemId: itemId })],
  ])('by %s go by an index', async (_title, index, filter) => {
    const plan = await planOf(() => listAnalyses(db, organizationId, [filter()], firstPage));
    expect(plan.indexes).toContain(index);
    expect(plan.scanned).not.toContain('analysis');
  });
});

describe('searching', () => {
  test('by words goes by the words of images, of items and of text', async () => {
    const { indexes, scanned } = await planOf(() => searchByWords(db, organizationId, ['mint', '7'], firstPage));
    expect(indexes).toEqual(
      expect.arrayContaining(['image_words', 'catalog_item_words', 'analysis_item_item', 'analysis_result_text_words']),
    );
    expect(scanned).toEqual([]);
  });

  test('by a rare and a common word looks for the common one only on images with the rare one', async () => {
    const { indexes, scanned } = await planOf(() => searchByWords(db, organizationId, ['product', 'mint'], firstPage));
    expect(indexes).toEqual(expect.arrayContaining(['analysis_image', 'analysis_item_pkey']));
    expect(scanned).toEqual([]);
  });

  test('the server knows what finding words costs, which a `create or replace` of the functions would forget', async () => {
    const { rows } = await database.pool.query<{ cost: number }>(
      "select procost as cost from pg_proc where proname in ('image_words', 'text_words')",
    );
    expect(rows).toEqual([{ cost: 4000 }, { cost: 4000 }]);
  });

  test('by item reads the analyses that found it', async () => {
    const { indexes, scanned } = await planOf(() => searchByItem(db, organizationId, itemId, firstPage));
    expect(indexes).toContain('analysis_item_item');
    expect(scanned).toEqual([]);
  });

  test('by example reads of embeddings only what is new', async () => {
    const scope = { organizationId, model: 'm@1' };
    const { indexes, scanned } = await planOf(() => listHashesSince(db, scope, String(imageCount - 10)));
    expect(indexes).toEqual(['blob_embedding_since']);
    expect(scanned).toEqual([]);
    const all = await planOf(async () => {
      for await (const page of streamEmbeddings(db, scope, 200, 100)) expect(page).toHaveLength(100);
    });
    expect(all.indexes).toEqual(['blob_embedding_since', 'blob_embedding_since']);
    expect(all.sorted).toBe(false);
  });
});

describe('retention', () => {
  test('looks at what is old, not at everything', async () => {
    const images = await planOf(() => listExpiredImages(db, organizationId, 8, 100));
    expect(images.indexes).toContain('image_created_at');
    expect(images.scanned).not.toContain('image');
    const analyses = await planOf(() =>
      db.transaction().execute((trx) => removeExpiredAnalyses(trx, organizationId, 36_500, 100)),
    );
    expect(analyses.indexes).toContain('analysis_ended');
    expect(analyses.scanned).not.toContain('analysis');
    const videos = await planOf(() => listExpiredVideos(db, organizationId, 8, 100));
    expect(videos.indexes).toContain('video_created_at');
    expect(videos.scanned).not.toContain('video');
    const ofVideos = await planOf(() => removeExpiredVideoAnalyses(db, organizationId, 36_500, 100));
    expect(ofVideos.indexes).toContain('video_analysis_ended');
    expect(ofVideos.scanned).not.toContain('video_analysis');
  });

  test('knows how far it is behind from the first of each organisation', async () => {
    await db.updateTable('organization').set({ analysis_days: 1, image_days: 1 }).execute();
    try {
      const { indexes, scanned, sorted } = await planOf(() => readRetentionBehind(db));
      expect(indexes).toEqual(
        expect.arrayContaining(['analysis_ended', 'image_created_at', 'video_analysis_ended', 'video_created_at']),
      );
      // No item has a picture here.
      expect(scanned).toEqual(['organization', 'catalog_image']);
      expect(sorted).toBe(false);
    } finally {
      await db.updateTable('organization').set({ analysis_days: null, image_days: null }).execute();
    }
  });
});
