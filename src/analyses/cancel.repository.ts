import { type SqlBool, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { openStatuses } from './life.ts';

const nilId = '00000000-0000-0000-0000-000000000000';

/** Those of these analyses that exist, ended ones included. Locked in the order of ids, as by every writer. */
export function lockAnalyses(trx: Transaction<DB>, organizationId: string, ids: readonly string[]): Promise<string[]> {
  return lockWhere(trx, organizationId, sql`id = any(${[...ids]}::uuid[])`);
}

/**
 * Some of the analyses of a task, or of a batch, that have not ended: those with the smallest ids after one, locked as above. null:
 * the task or batch does not exist.
 */
export async function lockOpenAnalyses(
  trx: Transaction<DB>,
  organizationId: string,
  of: 'task' | 'batch',
  id: string,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[] | null> {
  if (!(await exists(trx, organizationId, of, id))) return null;
  const isMember =
    of === 'task'
      ? sql<SqlBool>`task_id = ${id}`
      : sql<SqlBool>`exists (
          select from batch_analysis member where member.batch_id = ${id} and member.analysis_id = analysis.id)`;
  const isOpen = sql<SqlBool>`status = any(${openStatuses}::text[]) and id > ${after ?? nilId}`;
  return lockWhere(trx, organizationId, sql`${isOpen} and ${isMember}`, limit);
}

async function lockWhere(
  trx: Transaction<DB>,
  organizationId: string,
  condition: ReturnType<typeof sql<SqlBool>>,
  limit?: number,
): Promise<string[]> {
  const rows = await trx
    .selectFrom('analysis')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where(condition)
    .orderBy('id')
    .$if(limit !== undefined, (query) => query.limit(limit!))
    .forUpdate()
    .execute();
  return rows.map((row) => row.id);
}

async function exists(
  trx: Transaction<DB>,
  organizationId: string,
  table: 'task' | 'batch',
  id: string,
): Promise<boolean> {
  const row = await trx
    .selectFrom(table)
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}
