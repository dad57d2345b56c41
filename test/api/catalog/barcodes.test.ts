import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findItemsByGtin } from '../../../src/catalog/barcodes.repository.ts';
import { listCatalogItems } from '../../../src/catalog/catalog.repository.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { explainQueries } from '../../support/query-plans.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { catalogClient } from './client.ts';

describe('catalogItems(barcode:)', () => {
  let sightline: TestSightline;
  let catalog: ReturnType<typeof catalogClient>;
  beforeAll(async () => {
    sightline = await startTestSightline();
    catalog = catalogClient(sightline);
    const barcodes = {
      'as UPC-A': '036000291452',
      'as EAN-13': '0036000291452',
      'from a spreadsheet': '36000291452',
      'as it is printed': '0 36000 29145 2',
      'as GTIN-14': '00036000291452',
      other: '4006381333931',
      letters: 'AB-036000291452',
      short: '0001234',
    };
    for (const [name, barcode] of Object.entries(barcodes)) await catalog.create({ name, barcode });
    await catalog.create({ name: 'none' });
  });
  afterAll(() => sightline?.close());

  const same = ['as GTIN-14', 'as it is printed', 'from a spreadsheet', 'as EAN-13', 'as UPC-A'];
  test.each([
    ['036000291452', same],
    ['0036000291452', same],
    ['00036000291452', same],
    ['36000291452', same],
    ['0 36000 29145 2', same],
    ['04006381333931', ['other']],
    ['AB-036000291452', ['letters']],
    ['ab-036000291452', []],
    ['0001234', ['short']],
    ['1234', []],
    ['', []],
    ['036000291453', []],
  ])('%s finds %s', async (barcode, names) => expect(await catalog.list({ barcode })).toEqual(names));
});

describe('among many items', () => {
  let database: TestDatabase;
  let queries: ReturnType<typeof explainQueries>;
  const organizationId = newId();
  const taskId = newId();
  beforeAll(async () => {
    database = await createTestDatabase();
    queries = explainQueries(database);
    const { db } = database;
    await sql`insert into organization (id, name, plan) values (${organizationId}, 'a', 'FREE')`.execute(db);
    await sql`
      insert into catalog_item (id, organization_id, name, status, barcode)
      select gen_random_uuid(), ${organizationId}, 'Item', 'ACTIVE', (4000000000000 + n)::text
      from generate_series(1, 20000) n`.execute(db);
    await database.pool.query('vacuum analyze');
  });
  afterAll(() => database?.drop());

  test.each([
    ['4000000000017', 'catalog_item_gtin'],
    ['04000000000017', 'catalog_item_gtin'],
    ['AB-17', 'catalog_item_barcode'],
  ])('the one with barcode %s is found by the index %s', async (barcode, index) => {
    const page = { after: null, limit: 51 };
    const plan = await queries.planOf(() =>
      listCatalogItems(queries.db, organizationId, { filter: { barcode } }, page),
    );
    expect(plan.indexes).toContain(index);
    expect(plan.scanned).not.toContain('catalog_item');
  });

  test('those that codes name are found by an index', async () => {
    const scope = { organizationId, taskId, allCatalogItems: true };
    const plan = await queries.planOf(() =>
      findItemsByGtin(queries.db, scope, ['04000000000017', '04000000000018', '00000096385074']),
    );
    expect(plan).toMatchObject({ indexes: ['catalog_item_gtin'], scanned: [] });
    const found = await findItemsByGtin(database.db, scope, ['04000000000017', '00000096385074']);
    expect([...found]).toEqual([['04000000000017', [expect.any(String)]]]);
  });
});
