import { InvalidArgumentError } from 'commander';
import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { decodeId, encodeId } from '../ids.ts';
import { ensureDefaultOrganization } from '../organizations/bootstrap.ts';
import { findOrganization } from '../organizations/organizations.repository.ts';
import { withDatabase } from './with-database.ts';

/** For commands that can work on another organisation than the default one. */
export const organizationOption = [
  '--organization <id>',
  'id of an organisation, as `organizations list` shows it (default: the one that the first start created)',
  parseOrganizationId,
] as const;

/** The value of that option: a UUID. */
export interface OrganizationChoice {
  organization?: string;
}

/**
 * Runs a command for an organisation on the database of this configuration.
 * @param organizationId UUID; absent: the default organisation, which is created if there is none.
 */
export function forOrganization(
  organizationId: string | undefined,
  work: (db: Kysely<DB>, organizationId: string) => Promise<void>,
): Promise<void> {
  return withDatabase(async (db) => {
    await work(
      db,
      organizationId === undefined ? await ensureDefaultOrganization(db) : await known(db, organizationId),
    );
  });
}

async function known(db: Kysely<DB>, organizationId: string): Promise<string> {
  if (await findOrganization(db, organizationId)) return organizationId;
  throw new Error(
    `There is no organisation ${encodeId('organization', organizationId)} in this database. "sightline organizations list" shows those that exist.`,
  );
}

/** @throws InvalidArgumentError if it is not the id of an organisation */
export function parseOrganizationId(text: string): string {
  const id = decodeId('organization', text);
  if (id === null) throw new InvalidArgumentError('Expected the id of an organisation: org_ and 26 characters.');
  return id;
}
