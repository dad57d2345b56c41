import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';

/** Bytes of all originals of an organisation; renditions are not counted. */
export async function sumStoredBytes(db: Kysely<DB>, organizationId: string): Promise<number> {
  // One statement, because folding moves changes from one of the two terms to the other.
  const { bytes } = await db
    .selectFrom('organization')
    .select(
      sql<number>`(stored_bytes + (
      select coalesce(sum(change.bytes), 0) from stored_bytes_change change
      where change.organization_id = organization.id
    ))::double precision`.as('bytes'),
    )
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return bytes;
}

/** This many changes are summed in a fraction of a millisecond. */
const mostUnfolded = 500;

/** Organisations whose changes must be folded: those with plans without a limit, which are not locked when they store. */
export async function listUnfolded(db: Kysely<DB>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select organization_id as id from stored_bytes_change group by organization_id having count(*) > ${mostUnfolded}`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/**
 * Folds the changes of an organisation when there are many. The organisation is locked until the end of the transaction, as it is
 * when storing under a limit.
 */
export async function foldStoredBytes(trx: Transaction<DB>, organizationId: string): Promise<void> {
  await trx.selectFrom('organization').select('id').where('id', '=', organizationId).forNoKeyUpdate().execute();
  await sql`
    with folded as (
      delete from stored_bytes_change where organization_id = ${organizationId}
        and (select count(*) from stored_bytes_change where organization_id = ${organizationId}) > ${mostUnfolded}
      returning bytes
    )
    update organization set stored_bytes = stored_bytes + (select sum(bytes) from folded)
    where id = ${organizationId} and exists (select from folded)`.execute(trx);
}
