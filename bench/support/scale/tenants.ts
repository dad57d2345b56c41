import { type Kysely, sql } from 'kysely';
import type { DB } from '../../../src/database/types.generated.ts';
import { toBytes } from '../../../src/library/embedding-bytes.ts';
import { analysesOf, detectionsOfAnalysis, fewItems, type Size } from './size.ts';

/** name@version of the embedder of every catalogue and library. */
export const embedder = 'bench-embedder@1';
export const pipeline = 'bench@1';

const dimensions = 256;
const storedEmbeddings = 64;
/** The last of the tasks has few analyses. */
export const tasksOfOrganization = 5;
/** Items that an analysis finds, most of them twice. */
const itemsOfAnalysis = 6;
const analysesOfPlace = 500;

/**
 * What the filling reads again and again: organisations, results by variant, and the rows of the batches that are being written. In a
 * schema of their own, so that no statement of the program sees them.
 */
export async function createScaffold(db: Kysely<DB>): Promise<void> {
  await sql`create schema scale`.execute(db);
  for (const table of [
    sql`organization (number int primary key, id uuid, tasks uuid[], items uuid[], places int, variants int)`,
    sql`item (number int, position int, id uuid, image_id uuid, sha256 bytea)`,
    sql`variant (number int, variant int, items uuid[], detections jsonb, primary key (number, variant))`,
    sql`embedding (number int primary key, bytes bytea)`,
    sql`batch (m bigint, number int, organization_id uuid, seq bigint, created_at timestamptz, id uuid, task_id uuid, place_id text,
      visit_id text, is_open boolean, variants int)`,
    sql`image (m bigint, place int, id uuid, sha256 bytea)`,
    sql`analysis (m bigint, position int, id uuid, image_id uuid, status text, variant int, confidence float8)`,
  ])
    await sql`create unlogged table scale.${table}`.execute(db);
}

/** Organisations with their tasks and catalogues, whose items are all embedded. */
export async function insertTenants(db: Kysely<DB>, size: Size): Promise<void> {
  const places = (number: number) => Math.max(10, Math.round(analysesOf(size, number) / analysesOfPlace));
  // Correlated, so that each organisation has arrays of its own.
  await sql`
    insert into scale.organization
    select n, uuidv7(), array(select uuidv7() from generate_series(1, ${tasksOfOrganization} + n * 0)),
      array(select uuidv7() from generate_series(1, case n when 0 then ${size.catalogItems}::int else ${fewItems}::int end)),
      case n when 0 then ${places(0)}::int else ${places(1)}::int end
    from generate_series(0, ${size.organizations}::int - 1) n`.execute(db);
  await sql`
    update scale.organization set variants = ceil(cardinality(items)::float8 / ${itemsOfAnalysis})`.execute(db);
  await sql`
    insert into organization (id, name, plan) select id, 'Organisation ' || number, 'FREE' from scale.organization`.execute(
    db,
  );
  await sql`
    insert into task (id, organization_id, name, type, pipeline, all_catalog_items)
    select task, id, 'Task ' || place, 'DETECTION', ${pipeline}, place < ${tasksOfOrganization}
    from scale.organization, unnest(tasks) with ordinality as listed(task, place)`.execute(db);
  await insertEmbeddings(db);
  await insertItems(db);
  await insertVariants(db);
}

async function insertEmbeddings(db: Kysely<DB>): Promise<void> {
  for (let number = 0; number < storedEmbeddings; number++) {
    const values = Float32Array.from({ length: dimensions }, () => Math.random() - 0.5);
    const length = Math.hypot(...values);
    await sql`insert into scale.embedding values (${number}, ${toBytes(values.map((value) => value / length))})`.execute(
      db,
    );
  }
}

async function insertItems(db: Kysely<DB>): Promise<void> {
  await sql`
    insert into scale.item
    select number, place, item, uuidv7(), sha256(convert_to(item::text, 'UTF8'))
    from scale.organization, unnest(items) with ordinality as listed(item, place)`.execute(db);
  const joined = sql`from scale.item join scale.organization o using (number)`;
  await sql`
    insert into blob (organization_id, sha256, byte_size, mime_type, width, height)
    select o.id, item.sha256, 50000, 'image/png', 400, 600 ${joined}`.execute(db);
  await sql`
    insert into image (id, organization_id, status, sha256, in_library)
    select item.image_id, o.id, 'READY', item.sha256, false ${joined}`.execute(db);
  await sql`
    insert into catalog_item (id, organization_id, status, name, barcode, brand, tags)
    select item.id, o.id, 'ACTIVE', 'Product ' || position, lpad((position * 7)::text, 13, '4'), 'Brand ' || position % 20,
      array['Shelf ' || position % 10]
    ${joined}`.execute(db);
  await sql`
    insert into catalog_image (catalog_item_id, image_id, organization_id, position)
    select item.id, item.image_id, o.id, 0 ${joined}`.execute(db);
  await sql`
    insert into catalog_embedding (organization_id, catalog_item_id, image_id, model, embedding)
    select o.id, item.id, item.image_id, ${embedder}, embedding.bytes
    ${joined} join scale.embedding on embedding.number = position % ${storedEmbeddings}`.execute(db);
  await sql`
    insert into task_catalog_item (task_id, catalog_item_id, organization_id)
    select o.tasks[${tasksOfOrganization}::int], item.id, o.id ${joined} where position <= 20`.execute(db);
}

/** Results of analyses. Each item is in one variant, so each is found as often as any other. */
async function insertVariants(db: Kysely<DB>): Promise<void> {
  await sql`
    insert into scale.variant
    select o.number, v, found.items, (
      select jsonb_agg(jsonb_build_object(
        'box', jsonb_build_array(10.25 * d, 20.5 + d, 30.125, 40.75), 'objectness', 0.5 + d::float8 / 100,
        'confidence', 0.5 + d::float8 / 100, 'itemId', found.items[1 + d % ${itemsOfAnalysis}::int], 'matchedBy', 'APPEARANCE',
        'label', null, 'candidates', '[]'::jsonb))
      from generate_series(1, ${detectionsOfAnalysis}::int) d)
    from scale.organization o cross join generate_series(0, o.variants - 1) v cross join lateral (
      select array_agg(o.items[1 + (v * ${itemsOfAnalysis}::int + k) % cardinality(o.items)]) as items
      from generate_series(0, ${itemsOfAnalysis}::int - 1) k) found`.execute(db);
}
