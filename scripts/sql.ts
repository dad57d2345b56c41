/**
 * `npm run --silent sql "select …"`: runs one statement on the database that a running server uses, in a transaction that cannot write,
 * and prints the rows. The embedded PostgreSQL brings no psql.
 */
import pg from 'pg';
import { formatTable } from '../src/cli/table.ts';
import { loadConfig } from '../src/config.ts';
import { findEmbeddedServer } from '../src/database/embedded-server.ts';

const { databaseUrl, dataDir } = loadConfig(process.env);
const url = databaseUrl ?? (await findEmbeddedServer(dataDir))?.url;
const [statement, ...others] = process.argv.slice(2);

if (!statement || others.length > 0) fail('Usage: npm run --silent sql "select …"');
if (!url)
  fail(
    `No server runs on ${dataDir}. Run "npm start" in another terminal, or set DATA_DIR or DATABASE_URL as it has them.`,
  );

const client = new pg.Client({ connectionString: url });
try {
  await client.connect();
  await client.query('begin read only');
  const { fields, rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' });
  process.stdout.write(
    `${formatTable(
      fields.map(({ name }) => name),
      rows.map((row) => row.map(cell)),
    )}\n`,
  );
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await client.end();
}

function cell(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
