import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { encodeId, newId } from '../ids.ts';
import { NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';
import { insertOrganization, listPlanNames, setName, setPlan } from './organizations.repository.ts';

/**
 * Creates an organisation, without a key.
 * @throws ValidationError for a name of other than 1 to 255 characters, or a plan that does not exist
 */
export async function createOrganization(
  db: Kysely<DB>,
  { name, plan }: { name: string; plan: string },
): Promise<{ id: string }> {
  const issues = [...nameIssues(name), ...(await planIssues(db, plan))];
  if (issues.length > 0) throw new ValidationError(issues);
  const id = newId();
  await insertOrganization(db, { id, name, plan });
  return { id };
}

/** @throws ValidationError for a name of other than 1 to 255 characters, NotFoundError */
export async function renameOrganization(db: Kysely<DB>, organizationId: string, name: string): Promise<void> {
  const issues = nameIssues(name);
  if (issues.length > 0) throw new ValidationError(issues);
  if (!(await setName(db, organizationId, name))) throw new NotFoundError(encodeId('organization', organizationId));
}

/**
 * Changes the plan for requests from now on; credits do not change.
 * @throws ValidationError for a plan that does not exist
 */
export async function changePlan(db: Kysely<DB>, organizationId: string, plan: string): Promise<void> {
  const issues = await planIssues(db, plan);
  if (issues.length > 0) throw new ValidationError(issues);
  await setPlan(db, organizationId, plan);
}

function nameIssues(name: string): ValidationIssue[] {
  if (name.length >= 1 && name.length <= 255) return [];
  return [{ path: ['name'], message: `It has ${name.length} characters; expected 1 to 255.` }];
}

async function planIssues(db: Kysely<DB>, plan: string): Promise<ValidationIssue[]> {
  const names = await listPlanNames(db);
  if (names.includes(plan)) return [];
  return [{ path: ['plan'], message: `There is no plan "${plan}"; expected one of ${names.join(', ')}.` }];
}
