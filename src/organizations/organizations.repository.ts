import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { DB, Organization } from '../database/types.generated.ts';
import { type Plan, readPlan } from './plan.ts';

export type OrganizationRow = Pick<Selectable<Organization>, 'id' | 'name' | 'plan' | 'created_at'>;

/** @throws if it does not exist: a caller's organisation always exists, because its keys are deleted with it. */
export async function getOrganization(db: Kysely<DB>, organizationId: string): Promise<OrganizationRow> {
  return db
    .selectFrom('organization')
    .select(['id', 'name', 'plan', 'created_at'])
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow();
}

export async function findOrganization(db: Kysely<DB>, organizationId: string): Promise<OrganizationRow | null> {
  const row = await db
    .selectFrom('organization')
    .select(['id', 'name', 'plan', 'created_at'])
    .where('id', '=', organizationId)
    .executeTakeFirst();
  return row ?? null;
}

/** Of all tenants, oldest first: for the operator, never for a client. */
export async function listOrganizations(db: Kysely<DB>): Promise<OrganizationRow[]> {
  return db.selectFrom('organization').select(['id', 'name', 'plan', 'created_at']).orderBy('id').execute();
}

/** @returns false when there is no such organisation */
export async function setName(db: Kysely<DB>, organizationId: string, name: string): Promise<boolean> {
  const done = await db.updateTable('organization').set({ name }).where('id', '=', organizationId).executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Names of all plans, from the smallest on. */
export async function listPlanNames(db: Kysely<DB>): Promise<string[]> {
  const rows = await db.selectFrom('plan').select('name').orderBy('request_cost_per_minute').execute();
  return rows.map(({ name }) => name);
}

/** For requests from now on; running ones keep the plan that they began with. */
export async function setPlan(db: Kysely<DB>, organizationId: string, name: string): Promise<void> {
  await db.updateTable('organization').set({ plan: name }).where('id', '=', organizationId).execute();
}

/** What the organisation's plan allows. */
export async function getPlan(db: Kysely<DB>, organizationId: string): Promise<Plan> {
  const row = await db
    .selectFrom('organization')
    .innerJoin('plan', 'plan.name', 'organization.plan')
    .selectAll('plan')
    .where('organization.id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return readPlan(row);
}

/**
 * The plan. If it limits credits or storage, the organisation is locked until the end of the transaction, so that two requests
 * never take the same last credit or byte. Code that also locks blobs takes this lock first. It does not block transactions that
 * only refer to the organisation, such as workers that write results.
 */
export async function lockAllowance(trx: Transaction<DB>, organizationId: string): Promise<Plan> {
  const plan = await getPlan(trx, organizationId);
  if (!plan.metered && plan.maxStorageBytes === null) return plan;
  await trx.selectFrom('organization').select('id').where('id', '=', organizationId).forNoKeyUpdate().execute();
  return plan;
}

/** The oldest organisation, which the first start created. */
export async function findDefaultOrganization(db: Kysely<DB>): Promise<OrganizationRow | null> {
  const row = await db
    .selectFrom('organization')
    .select(['id', 'name', 'plan', 'created_at'])
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export async function insertOrganization(
  db: Kysely<DB>,
  organization: { id: string; name: string; plan: string },
): Promise<void> {
  await db.insertInto('organization').values(organization).execute();
}

/** Processes that start at the same time on an empty database take turns; released with the transaction. */
export async function lockFirstStart(trx: Transaction<DB>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('sightline:first-start'))`.execute(trx);
}
