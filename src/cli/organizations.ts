import { Command } from 'commander';
import { encodeId } from '../ids.ts';
import { ensureDefaultOrganization } from '../organizations/bootstrap.ts';
import { listOrganizations, type OrganizationRow } from '../organizations/organizations.repository.ts';
import { createOrganization, renameOrganization } from '../organizations/organizations.service.ts';
import { parseOrganizationId } from './for-organization.ts';
import { formatTable } from './table.ts';
import { withDatabase } from './with-database.ts';

/** `sightline organizations`: the tenants of this server. It works whether or not a `start` is running. */
export function organizationsCommand(): Command {
  return new Command('organizations')
    .description('Organisations. Each has its own catalogue, images, keys, plan and credits.')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(renameCommand());
}

function createCommand(): Command {
  return new Command('create')
    .description('Create an organisation. Its id goes to stdout, everything else to stderr.')
    .argument('<name>', '1 to 255 characters')
    .option('--plan <name>', 'plan of the organisation', 'UNLIMITED')
    .action((name: string, { plan }: { plan: string }) =>
      withDatabase(async (db) => {
        // The oldest one is the default. Before the first start, the new one would become it.
        await ensureDefaultOrganization(db);
        const id = encodeId('organization', (await createOrganization(db, { name, plan })).id);
        process.stdout.write(`${id}\n`);
        process.stderr.write(`Organisation "${name}" with the plan ${plan}. Create its first key with:\n`);
        process.stderr.write(`  sightline keys create --organization ${id} --name admin --scopes ADMIN\n`);
      }),
    );
}

function listCommand(): Command {
  return new Command('list')
    .description('List all organisations, oldest first. The first is the default of other commands.')
    .action(() =>
      withDatabase(async (db) => {
        await ensureDefaultOrganization(db);
        const rows = (await listOrganizations(db)).map(cells);
        process.stdout.write(`${formatTable(['id', 'name', 'plan', 'created'], rows)}\n`);
      }),
    );
}

function renameCommand(): Command {
  return new Command('rename')
    .description('Change the name of an organisation. Its id does not change.')
    .argument('<id>', 'id of the organisation, as `organizations list` shows it', parseOrganizationId)
    .argument('<name>', '1 to 255 characters')
    .action((id: string, name: string) =>
      withDatabase(async (db) => {
        await renameOrganization(db, id, name);
        process.stdout.write(`renamed: ${encodeId('organization', id)} (${name})\n`);
      }),
    );
}

function cells({ id, name, plan, created_at }: OrganizationRow): string[] {
  return [encodeId('organization', id), name, plan, created_at.toISOString().slice(0, 10)];
}
