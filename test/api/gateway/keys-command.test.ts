import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/log.ts';
import { createCallers } from '../../../src/organizations/callers.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const program = `
  const { Command } = await import('commander');
  const { keysCommand } = await import('./src/cli/keys.ts');
  await new Command().addCommand(keysCommand()).parseAsync();
`;

/** As `sightline keys …`, in a process of its own. */
async function keys(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, DATABASE_URL: database.url, LOG_FORMAT: 'json' };
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, 'keys', ...args], {
    env,
  });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test('a key is made, shown once, listed without its secret, and revoked', async () => {
  const created = await keys('create', '--name', 'Till 7', '--scopes', 'READ,WRITE', '--expires', '30d');
  expect(created.code).toBe(0);
  const secret = created.stdout.trim();
  const callers = createCallers({ db: database.db, logger: createLogger({ level: 'silent', format: 'json' }) });
  expect([...(await callers.find(secret)).scopes]).toEqual(['READ', 'WRITE']);
  const listed = await keys('list');
  expect(listed.stdout).toContain('Till 7');
  expect(listed.stdout).not.toContain(secret);
  const id = /key_\w{26}/.exec(listed.stdout)![0];
  expect(created.stderr).toContain(id);
  expect((await keys('revoke', id)).stdout).toBe(`revoked: ${id} (Till 7)\n`);
  expect((await keys('list')).stdout).toMatch(/revoked \d{4}-\d\d-\d\d/);
});

test.each([
  [['create'], "required option '--name <name>'"],
  [['create', '--name', 'x', '--scopes', 'ROOT'], 'Expected READ, WRITE, TEACH, ADMIN'],
  [['create', '--name', 'x', '--expires', 'soon'], 'Expected days such as 30d'],
  [['create', '--name', 'x', '--expires', '2020-01-01'], 'is in the past'],
  [['revoke', 'till-7'], 'Expected the id of a key'],
  [['revoke', 'key_01jd3k8m2ve5x9q0r7t4w6y8z1'], 'Nothing with the id'],
])('%j fails and says why', async (args, reason) => {
  const { code, stdout, stderr } = await keys(...args);
  expect(code).not.toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toContain(reason);
});
