/**
 * Writes the files that are generated from others: types and listing of the migrated database, the locks of the migrations, the schema's
 * SDL, the typed documents of the dashboard, the compiled form of the one WebAssembly file, and the outlines of the characters that drawings
 * show. With --check it writes nothing and fails if one of them is out of date.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedServer, startEmbeddedServer } from '../src/database/embedded-server.ts';
import { migrate } from '../src/database/migrator.ts';
import { createDatabase, type Database } from '../src/database/pool.ts';
import { generateDashboardOperations } from './generate/dashboard-operations.ts';
import { describeSchema } from './generate/database-listing.ts';
import { generateTypes } from './generate/database-types.ts';
import { outlineGlyphs } from './generate/glyphs.ts';
import { measureMigrationLocks } from './generate/migration-locks.ts';
import { printSdl } from './generate/sdl.ts';
import { compileWat } from './generate/wasm.ts';

const root = path.join(import.meta.dirname, '..');

async function main(args: string[]): Promise<void> {
  const unknown = args.filter((arg) => arg !== '--check');
  if (unknown.length > 0) throw new Error(`Unknown option ${unknown.join(' ')}. The only one is --check.`);
  const matching = 'src/recognition/local-features/nearest';
  const wasm = {
    [`${matching}.wasm.generated.ts`]: await compileWat(path.join(root, `${matching}.wat`), 'nearestWasm'),
  };
  const files = await withServer(async (server) => ({
    'src/database/migration-locks.generated.ts': await measureMigrationLocks(server.superuserUrl),
    ...(await withMigratedDatabase(server.url, async (database) => ({
      'src/database/types.generated.ts': await generateTypes(database),
      'migrations/schema.generated.txt': await describeSchema(database),
    }))),
  }));
  const sdl = await printSdl(path.join(root, 'schema', 'index.ts'));
  if (sdl === null) console.log('schema/index.ts does not exist yet: schema/schema.graphql is left out.');
  const fromSchema =
    sdl === null ? {} : { 'schema/schema.graphql': sdl, ...(await generateDashboardOperations(root, sdl)) };
  const glyphs = { 'src/drawing/glyphs.generated.ts': await outlineGlyphs(root) };
  const all = { ...files, ...wasm, ...glyphs, ...fromSchema };
  await (args.includes('--check') ? check(all) : write(all));
}

async function withServer<T>(work: (server: EmbeddedServer) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sightline-generate-'));
  try {
    const server = await startEmbeddedServer({ dataDir, durable: false });
    try {
      return await work(server);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function withMigratedDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = createDatabase({ url, maxConnections: 4 });
  try {
    await migrate(database);
    return await work(database);
  } finally {
    await database.close();
  }
}

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const stale = (await readCommitted(name)) !== text;
    if (stale) await writeFile(path.join(root, name), text);
    console.log(`${name}: ${stale ? 'written' : 'unchanged'}`);
  }
}

async function check(files: Record<string, string>): Promise<void> {
  const stale: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    if ((await readCommitted(name)) !== text) stale.push(name);
  }
  if (stale.length > 0)
    throw new Error(`Stale: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.`);
  console.log('Generated files are up to date.');
}

async function readCommitted(name: string): Promise<string | null> {
  const text = await readFile(path.join(root, name), 'utf8').catch(() => null);
  // A checkout on Windows may have other line ends.
  return text?.replaceAll('\r\n', '\n') ?? null;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
