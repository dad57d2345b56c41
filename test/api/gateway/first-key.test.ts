import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../src/ids.ts';
import { createLogger } from '../../../src/log.ts';
import { bootstrapOrganization, ensureDefaultOrganization } from '../../../src/organizations/bootstrap.ts';
import { createCallers } from '../../../src/organizations/callers.ts';
import { createKey, revokeKey } from '../../../src/organizations/keys.service.ts';
import { getPlan } from '../../../src/organizations/organizations.repository.ts';
import { NotFoundError, ValidationError } from '../../../src/user-error.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const logger = createLogger({ level: 'silent', format: 'json' });
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const given = 'a secret that the operator chose';
const find = (secret: string) => createCallers({ db: database.db, logger }).find(secret);

describe('the first start', () => {
  let secret: string;

  test('makes one organisation and one key, however many processes start at once', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => bootstrapOrganization(database.db, null)));
    expect(made.filter((each) => each !== null)).toHaveLength(1);
    secret = made.find((each) => each !== null)!;
    expect(secret).toMatch(/^sl_[\w-]{43}$/);
    const caller = await find(secret);
    expect([...caller.scopes]).toEqual(['ADMIN']);
    expect(await getPlan(database.db, caller.organizationId)).toEqual({
      name: 'UNLIMITED',
      maxBatchSize: 200,
      requestCostPerMinute: 1_000_000_000,
      maxStorageBytes: null,
      maxVideoBytes: null,
      maxVideoSeconds: null,
      metered: false,
    });
  });

  test('is over: the next one makes nothing and shows nothing', async () => {
    expect(await bootstrapOrganization(database.db, null)).toBeNull();
    expect(await database.db.selectFrom('organization').selectAll().execute()).toHaveLength(1);
    expect(await database.db.selectFrom('api_key').selectAll().execute()).toHaveLength(1);
  });

  test('leaves room for a key of the operator’s, made once and never shown', async () => {
    expect(await bootstrapOrganization(database.db, given)).toBeNull();
    expect(await bootstrapOrganization(database.db, given)).toBeNull();
    const [first, bootstrap] = [await find(secret), await find(given)];
    expect(bootstrap.organizationId).toBe(first.organizationId);
    expect(await database.db.selectFrom('api_key').selectAll().execute()).toHaveLength(2);
  });

  test('does not bring a revoked key of the operator’s back to life', async () => {
    const { organizationId, apiKeyId } = await find(given);
    await revokeKey(database.db, organizationId, apiKeyId);
    await bootstrapOrganization(database.db, given);
    await expect(find(given)).rejects.toThrow(/revoked/);
  });

  test('with the operator’s key makes that one alone', async () => {
    await using other = await createTestDatabase();
    expect(await bootstrapOrganization(other.db, given)).toBeNull();
    expect(await other.db.selectFrom('api_key').select('name').execute()).toEqual([{ name: 'Bootstrap' }]);
  });

  test('makes a key where a command has made the organisation before, and no key', async () => {
    await using other = await createTestDatabase();
    await ensureDefaultOrganization(other.db);
    expect(await bootstrapOrganization(other.db, null)).toMatch(/^sl_/);
    expect(await other.db.selectFrom('organization').select('name').execute()).toEqual([{ name: 'Default' }]);
  });
});

test.each([
  ['name', { name: '' }],
  ['scopes', { scopes: [] }],
  ['expiresAt', { expiresAt: new Date(0) }],
])('a key with a wrong %s is not made', async (path, wrong) => {
  const organizationId = newId();
  const request = { name: 'Till', scopes: ['READ'] as const, expiresAt: null, ...wrong };
  const error = await createKey(database.db, organizationId, request).catch((caught) => caught);
  expect(error).toBeInstanceOf(ValidationError);
  expect(error.issues[0].path).toEqual([path]);
});

test('a key of another organisation cannot be revoked', async () => {
  const { id } = await database.db.selectFrom('api_key').select('id').executeTakeFirstOrThrow();
  await expect(revokeKey(database.db, newId(), id)).rejects.toBeInstanceOf(NotFoundError);
});
