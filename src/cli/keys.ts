import { Command, InvalidArgumentError } from 'commander';
import { type Scope, scopes } from '../context.ts';
import { decodeId, encodeId } from '../ids.ts';
import { type ApiKeyRow, listApiKeys } from '../organizations/keys.repository.ts';
import { createKey, revokeKey } from '../organizations/keys.service.ts';
import { forOrganization, type OrganizationChoice, organizationOption } from './for-organization.ts';
import { formatTable } from './table.ts';

const listedKeys = 1_000;
const dayMs = 86_400_000;

/** `sightline keys`: who may use this server. It works whether or not a `start` is running. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('API keys of an organisation.')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

interface CreateOptions extends OrganizationChoice {
  name: string;
  scopes: Scope[];
  expires?: Date;
}

function createCommand(): Command {
  return new Command('create')
    .description('Create a key. Its secret is printed once, to stdout; everything else goes to stderr.')
    .requiredOption('--name <name>', 'name of the key, for people')
    .option(
      '--scopes <scopes>',
      'READ, WRITE (submit and change), TEACH (correct results) or ADMIN; each includes those before it',
      parseScopes,
      ['WRITE'],
    )
    .option(
      '--expires <when>',
      'days from now (30d) or a date (2027-01-31); by default the key never expires',
      parseExpiry,
    )
    .option(...organizationOption)
    .action((options: CreateOptions) =>
      forOrganization(options.organization, async (db, organizationId) => {
        const { name, expires: expiresAt = null } = options;
        const { key, secret } = await createKey(db, organizationId, { name, scopes: options.scopes, expiresAt });
        process.stdout.write(`${secret}\n`);
        process.stderr.write(
          `Key ${encodeId('apiKey', key.id)} with ${key.scopes.join(', ')}, expires ${key.expires_at?.toISOString() ?? 'never'}. ` +
            'Keep the secret above: it cannot be shown again.\n',
        );
      }),
    );
}

function listCommand(): Command {
  return new Command('list')
    .description('List all keys, newest first, without their secrets.')
    .option(...organizationOption)
    .action(({ organization }: OrganizationChoice) =>
      forOrganization(organization, async (db, organizationId) => {
        const keys = await listApiKeys(db, organizationId, { after: null, limit: listedKeys });
        const head = ['id', 'name', 'begins with', 'scopes', 'state', 'created', 'last used'];
        process.stdout.write(`${formatTable(head, keys.map(cells))}\n`);
      }),
    );
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description(
      'Revoke a key for good. Requests with it are rejected within 10 seconds, and its connections end within 30.',
    )
    .argument('<id>', 'id of the key, as `keys list` shows it', parseKeyId)
    .option(...organizationOption)
    .action((id: string, { organization }: OrganizationChoice) =>
      forOrganization(organization, async (db, organizationId) => {
        const key = await revokeKey(db, organizationId, id);
        process.stdout.write(`revoked: ${encodeId('apiKey', key.id)} (${key.name})\n`);
      }),
    );
}

function cells(key: ApiKeyRow): string[] {
  const { id, name, prefix, scopes, created_at, last_used_at } = key;
  return [encodeId('apiKey', id), name, prefix, scopes.join(', '), stateOf(key), day(created_at), day(last_used_at)];
}

function stateOf({ revoked_at, expires_at }: ApiKeyRow): string {
  if (revoked_at) return `revoked ${day(revoked_at)}`;
  if (!expires_at) return 'valid';
  return expires_at.getTime() <= Date.now() ? `expired ${day(expires_at)}` : `valid to ${day(expires_at)}`;
}

function day(time: Date | null): string {
  return time?.toISOString().slice(0, 10) ?? 'never';
}

function parseScopes(text: string): Scope[] {
  const names = text.split(/[\s,]+/).filter(Boolean);
  const wrong = names.find((name) => !(scopes as readonly string[]).includes(name));
  if (wrong || names.length === 0)
    throw new InvalidArgumentError(`Expected ${scopes.join(', ')}, separated by commas.`);
  return names as Scope[];
}

function parseExpiry(text: string): Date {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const time = days
    ? new Date(Date.now() + Number(days) * dayMs)
    : new Date(/^\d{4}-\d\d-\d\d/.test(text) ? text : NaN);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('Expected days such as 30d, or a date such as 2027-01-31.');
  return time;
}

function parseKeyId(text: string): string {
  const id = decodeId('apiKey', text);
  if (id === null) throw new InvalidArgumentError('Expected the id of a key: key_ and 26 characters.');
  return id;
}
