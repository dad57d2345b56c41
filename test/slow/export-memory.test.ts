import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExportFormat } from '../../src/exports/export-status.ts';
import { findExports, insertExport } from '../../src/exports/exports.repository.ts';
import { newId } from '../../src/ids.ts';
import { insertOrganization } from '../../src/organizations/organizations.repository.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { insertManyResults } from '../support/stored-results.ts';

const run = promisify(execFile);
const program = path.join(import.meta.dirname, 'support', 'export-process.ts');

const analyses = 10_000;
const each = 100;
const detections = analyses * each;
/** What V8 may take for what is reachable. The files are 200 MB and more: whoever gathers one ends "out of memory". */
const heapMb = 100;

const organizationId = newId();
const [many, few] = [newId(), newId()];
let database: TestDatabase;
let directory: string;
beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(path.join(tmpdir(), 'sightline-export-'));
  await insertOrganization(database.db, { id: organizationId, name: 'Test', plan: 'UNLIMITED' });
  await insertTask(many, analyses);
  await insertTask(few, analyses / 50);
}, 300_000);
afterAll(async () => {
  await database?.drop();
  await rm(directory, { recursive: true, force: true });
});

async function insertTask(id: string, count: number): Promise<void> {
  const { db } = database;
  const task = { id, organization_id: organizationId, name: 'Task', type: 'DETECTION', pipeline: 'shelf' } as const;
  await db
    .insertInto('task')
    .values({ ...task, all_catalog_items: true })
    .execute();
  await insertManyResults(db, { organizationId, taskId: id, imageId: null }, { count, each });
}

/** Writes an export of a task in a process of its own. */
async function exportTask(taskId: string, format: ExportFormat) {
  const id = newId();
  const filter = JSON.stringify({ taskId });
  const values = {
    ...{ id, organizationId, format, filter, byte_order_mark: false },
    ...({ basis: 'FOUND', media_type: 'IMAGE' } as const),
  };
  await database.db.transaction().execute((trx) => insertExport(trx, values));
  const options = [`--max-old-space-size=${heapMb}`, program, database.url, directory, organizationId, id];
  const { stdout } = await run(process.execPath, options);
  const [made] = await findExports(database.db, organizationId, [id]);
  const { size } = await stat(path.join(directory, organizationId, 'exports', id));
  return { made: made!, size, ...(JSON.parse(stdout) as { seconds: number; maxRssMb: number }) };
}

test.each(['COCO', 'CSV', 'JSONL'] as const)('a million detections become a %s file in flat memory', async (format) => {
  const small = await exportTask(few, format);
  const { made, size, seconds, maxRssMb } = await exportTask(many, format);
  expect(made).toMatchObject({ status: 'SUCCEEDED', row_count: String(format === 'JSONL' ? analyses : detections) });
  expect(String(size)).toBe(made.byte_size);
  // Otherwise the limit would prove nothing.
  expect(size).toBeGreaterThan(2 * heapMb * 1_000_000);
  const figures = [size / 1e6, seconds, maxRssMb, small.maxRssMb].map((value) => Math.ceil(value));
  console.log(
    `${format}: ${figures[0]} MB in ${figures[1]} s; memory at most ${figures[2]} MB, ${figures[3]} MB for a fiftieth of it`,
  );
});
