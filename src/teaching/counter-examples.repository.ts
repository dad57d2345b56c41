import { type Kysely, sql, type Transaction } from 'kysely';
import { bumpCatalogRevision } from '../catalog/catalog.repository.ts';
import type { DB } from '../database/types.generated.ts';
import { indexCounterExamplesJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';

/** A counter-example that a model has not described. */
export interface Undescribed {
  imageId: string;
  /** Lower-case hex. */
  sha256: string;
  /** name@version of the models that have described it. */
  describedBy: string[];
}

/** Those of an organisation that one of these models has not described, the oldest first. @param models name@version */
export async function listUndescribed(
  db: Kysely<DB>,
  organizationId: string,
  models: readonly string[],
  limit: number,
): Promise<Undescribed[]> {
  const { rows } = await sql<Undescribed>`
    select c.image_id as "imageId", encode(image.sha256, 'hex') as sha256,
      array(select d.model from counter_example_description d where d.image_id = c.image_id) as "describedBy"
    from counter_example c join image on image.organization_id = c.organization_id and image.id = c.image_id
    where c.organization_id = ${organizationId} and image.sha256 is not null and exists (
      select from unnest(${[...models]}::text[]) as wanted(model) where not exists (
        select from counter_example_description d where d.image_id = c.image_id and d.model = wanted.model))
    order by c.image_id limit ${limit}`.execute(db);
  return rows;
}

/** Adds the jobs for organisations with such counter-examples. @returns how many. */
export function addMissedCounterExampleJobs(db: Kysely<DB>, models: readonly string[]): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ organizationId: string }>`
      select distinct c.organization_id as "organizationId" from counter_example c where exists (
        select from unnest(${[...models]}::text[]) as wanted(model) where not exists (
          select from counter_example_description d where d.image_id = c.image_id and d.model = wanted.model))`.execute(
      trx,
    );
    await addJobs(
      trx,
      indexCounterExamplesJob,
      rows.map((payload) => ({ payload })),
    );
    return rows.length;
  });
}

/** What a model found in a counter-example. */
export interface CounterExampleDescription {
  imageId: string;
  /** name@version */
  model: string;
  /** An embedding as float32, or features as encodeViews encodes them. */
  description: Uint8Array;
}

/** Stores descriptions; those of counter-examples that were removed meanwhile are left out. */
export async function insertDescriptions(
  trx: Transaction<DB>,
  organizationId: string,
  made: readonly CounterExampleDescription[],
): Promise<void> {
  if (made.length === 0) return;
  const { rows } = await sql<{ id: string }>`
    select image_id as id from counter_example
    where organization_id = ${organizationId} and image_id = any(${made.map(({ imageId }) => imageId)}::uuid[])
    order by image_id for key share`.execute(trx);
  const left = new Set(rows.map(({ id }) => id));
  const values = made
    .filter(({ imageId }) => left.has(imageId))
    .map(({ imageId, model, description }) => ({
      organization_id: organizationId,
      image_id: imageId,
      model,
      description: Buffer.from(description.buffer, description.byteOffset, description.byteLength),
    }));
  if (values.length === 0) return;
  await trx
    .insertInto('counter_example_description')
    .values(values)
    .onConflict((conflict) => conflict.columns(['image_id', 'model']).doNothing())
    .execute();
  await bumpCatalogRevision(trx, organizationId);
}
