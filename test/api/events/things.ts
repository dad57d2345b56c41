import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../../src/database/types.generated.ts';
import { appendEvents } from '../../../src/events/log.ts';
import { inLogOrder, OutOfOrderError, writtenLater } from '../../../src/events/order.ts';
import { newId } from '../../../src/ids.ts';
import { anyState } from './log-fixture.ts';

/**
 * Entities that go 0, 1, 2, … and log each step with the one before. So whoever has a state and the changes that follow can
 * check that nothing is missing, doubled or out of order: each change begins where the last one ended.
 */
export async function createThings(db: Kysely<DB>): Promise<void> {
  await sql`create table thing (id uuid primary key, organization_id uuid not null, step integer not null)`.execute(db);
}

export interface Thing {
  id: string;
  organization_id: string;
  step: number;
}

export async function readThings(db: Kysely<DB>, organizationId: string, ids: readonly string[]): Promise<Thing[]> {
  const { rows } = await sql<Thing>`
    select * from thing where organization_id = ${organizationId} and id = any(${ids}::uuid[])`.execute(db);
  return rows;
}

/** Things in step 0, with their first events. */
export async function insertThings(db: Kysely<DB>, organizationId: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, newId);
  await db.transaction().execute(async (trx) => {
    await sql`insert into thing select id, ${organizationId}, 0 from unnest(${ids}::uuid[]) as id`.execute(trx);
    await logSteps(
      trx,
      ids.map((id) => ({ id, organization_id: organizationId, step: 0 })),
    );
  });
  return ids;
}

export async function advanceThing(db: Kysely<DB>, id: string): Promise<void> {
  await advanceThings(db, [id], async () => undefined);
}

/** Where things come to rest. */
export const lastStep = 12;

/** One step for each that has one left, in one transaction that does `linger` before it gets hold of them. */
export async function advanceThings(
  db: Kysely<DB>,
  ids: readonly string[],
  linger: (trx: Transaction<DB>) => Promise<void>,
): Promise<void> {
  await inLogOrder(db, async (trx) => {
    await linger(trx);
    const { rows } = await sql<Thing & { later: boolean }>`
      select *, ${writtenLater('thing')} as later from thing
      where id = any(${ids}::uuid[]) and step < ${lastStep} order by id for update`.execute(trx);
    if (rows.some(({ later }) => later)) throw new OutOfOrderError('thing');
    await sql`update thing set step = step + 1 where id = any(${rows.map(({ id }) => id)}::uuid[])`.execute(trx);
    await logSteps(
      trx,
      rows.map((row) => ({ ...row, step: row.step + 1 })),
    );
  });
}

async function logSteps(trx: Transaction<DB>, things: readonly Thing[]): Promise<void> {
  await appendEvents(
    trx,
    things.map(({ id, organization_id, step }) => ({
      organizationId: organization_id,
      kind: 'ANALYSIS',
      entityId: id,
      state: anyState({ status: String(step), previousStatus: step === 0 ? null : String(step - 1) }),
    })),
  );
}
