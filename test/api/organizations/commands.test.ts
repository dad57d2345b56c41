import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { getPlan, insertOrganization } from '../../../src/organizations/organizations.repository.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** As a person runs it, in a process of its own. */
async function sightline(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, DATABASE_URL: database.url, LOG_FORMAT: 'json' };
  const run = promisify(execFile)(process.execPath, ['src/cli/main.ts', ...args], { env });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test('credits are granted and taken back, and the balance is told', async () => {
  const granted = await sightline('credits', 'grant', '100');
  expect(granted).toMatchObject({ code: 0, stdout: '100\n' });
  expect(granted.stderr).toContain('UNLIMITED is not metered');
  expect((await sightline('credits', 'grant', '--', '-30')).stdout).toBe('70\n');
  expect((await sightline('credits', 'balance')).stdout).toBe('70\n');
});

test('a plan is set and shown, of another organisation, too', async () => {
  const id = newId();
  await insertOrganization(database.db, { id, name: 'Other', plan: 'FREE' });
  const other = encodeId('organization', id);
  expect((await sightline('plan', 'set', 'PRO', '--organization', other)).stdout).toMatch(/^PRO +100 /m);
  expect((await getPlan(database.db, id)).name).toBe('PRO');
  expect((await sightline('plan', 'show', '--organization', other)).stdout).toMatch(/1 credit each$/m);
  expect((await sightline('plan', 'show')).stdout).toMatch(/^UNLIMITED +200 .*not metered$/m);
  expect((await sightline('credits', 'grant', '5', '--organization', other)).stdout).toBe('5\n');
});

test.each([
  [['credits', 'grant', 'many'], 'Expected a whole number'],
  [['credits', 'grant', '0'], 'Expected a whole number'],
  [['credits', 'balance', '--organization', 'org_01jd3k8m2ve5x9q0r7t4w6y8z1'], 'There is no organisation org_'],
  [['credits', 'balance', '--organization', 'mine'], 'Expected the id of an organisation'],
  [['plan', 'set', 'GOLD'], 'There is no plan "GOLD"; expected one of FREE, STARTER, GROWTH, PRO, SCALE, UNLIMITED'],
])('%j fails and says why', async (args, reason) => {
  const { code, stderr } = await sightline(...args);
  expect(code).toBe(1);
  expect(stderr).toContain(reason);
});
