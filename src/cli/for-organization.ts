import { InvalidArgumentError } from 'commander';
import type { Kysely } from 'kysely';
import { loadConfig } from '../config.ts';
import type { DB } from '../database/types.generated.ts';
import { decodeId, encodeId } from '../ids.ts';
import { createLogger } from '../log.ts';
import { createDefaultOrganization } from '../organizations/bootstrap.ts';
import {
  findDefaultOrganization,
  findOrganization,
  lockFirstStart,
} from '../organizations/organizations.repository.ts';
import { Teardown } from '../teardown.ts';
import { openDatabaseForCommand } from './open-database.ts';

/** For commands that can work on another organisation than the default one. */
export const organizationOption = [
  '--organization <id>',
  'which one, as Query.viewer shows its id; left out: the one that the first start made',
  parseOrganizationId,
] as const;

/**
 * Runs a command on the database of this configuration, beside a running `start` or without one, and closes everything
 * after it.
 * @param organizationId UUID; absent: the default organisation, which is made when there is none.
 */
export async function forOrganization(
  organizationId: string | undefined,
  work: (db: Kysely<DB>, organizationId: string) => Promise<void>,
): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger({
    level: config.logLevel === 'info' ? 'warn' : config.logLevel,
    format: config.logFormat,
  });
  const teardown = new Teardown(logger);
  try {
    const db = await openDatabaseForCommand(config, logger, teardown);
    await work(db, organizationId === undefined ? await defaultOrganization(db) : await known(db, organizationId));
  } finally {
    await teardown.run();
  }
}

/** One may be wanted before the first start. */
function defaultOrganization(db: Kysely<DB>): Promise<string> {
  return db.transaction().execute(async (trx) => {
    await lockFirstStart(trx);
    return (await findDefaultOrganization(trx))?.id ?? createDefaultOrganization(trx);
  });
}

async function known(db: Kysely<DB>, organizationId: string): Promise<string> {
  if (await findOrganization(db, organizationId)) return organizationId;
  throw new Error(`There is no organisation ${encodeId('organization', organizationId)} in this database.`);
}

function parseOrganizationId(text: string): string {
  const id = decodeId('organization', text);
  if (id === null) throw new InvalidArgumentError('Expected the id of an organisation: org_ and 26 characters.');
  return id;
}
