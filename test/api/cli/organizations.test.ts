import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/log.ts';
import { createCallers } from '../../../src/organizations/callers.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const main = path.join(import.meta.dirname, '../../../src/cli/main.ts');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** What `sightline …` writes to stdout. @throws with its stderr when it fails */
async function sightline(...args: string[]): Promise<string> {
  const env = { ...process.env, DATABASE_URL: database.url, LOG_FORMAT: 'json' };
  return (await promisify(execFile)(process.execPath, [main, ...args], { env })).stdout.trim();
}

// Fifteen processes, each of which loads the program.
test('a second organisation has a name, keys, a plan and credits of its own', { timeout: 240_000 }, async () => {
  const id = await sightline('organizations', 'create', 'Kiosk', '--plan', 'FREE');
  expect(id).toMatch(/^org_\w{26}$/);
  const second = ['--organization', id];
  expect(await sightline('organizations', 'rename', id, 'Kiosk North')).toBe(`renamed: ${id} (Kiosk North)`);

  const [, first, last, ...others] = (await sightline('organizations', 'list')).split('\n');
  expect(first).toMatch(/^org_\w{26} +Default +UNLIMITED +\d{4}-\d\d-\d\d$/);
  expect(last).toMatch(new RegExp(`^${id} +Kiosk North +FREE +\\d{4}-\\d\\d-\\d\\d$`));
  expect(others).toEqual([]);

  const secret = await sightline('keys', 'create', '--name', 'Till', ...second);
  const callers = createCallers({ db: database.db, logger: createLogger({ level: 'silent', format: 'json' }) });
  expect(await callers.find(secret)).toMatchObject({ organizationId: expect.any(String) });
  const keyId = /key_\w{26}/.exec(await sightline('keys', 'list', ...second))![0];
  expect(await sightline('keys', 'list')).not.toContain(keyId);
  await expect(sightline('keys', 'revoke', keyId)).rejects.toThrow('Nothing with the id');
  expect(await sightline('keys', 'revoke', keyId, ...second)).toContain(`revoked: ${keyId}`);

  expect(await sightline('credits', 'grant', '70', ...second)).toBe('70');
  expect(await sightline('credits', 'balance')).toBe('0');
  expect(await sightline('plan', 'set', 'GROWTH', ...second)).toContain('GROWTH');
  expect(await sightline('plan', 'show')).toContain('UNLIMITED');
});

test.each([
  [['organizations', 'create', 'Kiosk', '--plan', 'NONE'], 'There is no plan "NONE"; expected one of FREE, '],
  [['organizations', 'create', ''], 'It has 0 characters; expected 1 to 255.'],
  [['organizations', 'rename', 'kiosk', 'Kiosk'], 'Expected the id of an organisation'],
  [['organizations', 'rename', 'org_01jd3k8m2ve5x9q0r7t4w6y8z1', 'Kiosk'], 'Nothing with the id'],
  [['keys', 'list', '--organization', 'org_01jd3k8m2ve5x9q0r7t4w6y8z1'], '"sightline organizations list" shows those'],
])('%j fails and says why', async (args, reason) => {
  await expect(sightline(...args)).rejects.toThrow(reason);
});
