import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../src/database/migrator.ts';
import { createDatabase, type Database } from '../../src/database/pool.ts';
import { newId } from '../../src/ids.ts';
import { storeDescriptions } from '../../src/library/descriptions.repository.ts';
import { LibraryMatrices } from '../../src/library/matrices.ts';
import { findNearest } from '../../src/library/nearest.ts';
import { tendVectorIndexes } from '../../src/library/tend-vectors.ts';
import { findVectorIndex, searchVectorIndex } from '../../src/library/vector-index.repository.ts';
import { startVectorServer } from '../support/vector-server.ts';

const model = 'm@1';
const never = new AbortController().signal;

const server = await startVectorServer();
afterAll(() => server?.stop());

describe.skipIf(!server)('a database with pgvector', () => {
  let database: Database;
  const organizationId = newId();
  const scope = { organizationId, model };
  const stored: { sha256: string; embedding: Float32Array }[] = [];
  let state = 1;

  /** Pictures of fifty kinds, in a space of 16 numbers that matter. */
  function embed(): Float32Array {
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32 - 0.5;
    };
    const kind = Math.floor((random() + 0.5) * 50);
    const vector = Float32Array.from({ length: 64 }, (_, i) => Math.sin(kind * 7 + i * (kind + 1)) + 0.5 * random());
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  }

  async function store(count: number): Promise<void> {
    const added = Array.from({ length: count }, (_, index) => ({
      sha256: createHash('sha256')
        .update(`${stored.length + index}`)
        .digest('hex'),
      embedding: embed(),
    }));
    await database.db
      .insertInto('blob')
      .values(
        added.map(({ sha256 }) => ({
          organization_id: organizationId,
          sha256: Buffer.from(sha256, 'hex'),
          byte_size: 1,
          mime_type: 'image/jpeg',
          width: 1,
          height: 1,
        })),
      )
      .execute();
    await database.db.transaction().execute((trx) =>
      storeDescriptions(
        trx,
        added.map(({ sha256, embedding }) => ({ ...scope, sha256, described: { embedding } })),
      ),
    );
    stored.push(...added);
  }

  function exact(query: Float32Array, limit: number): { sha256: string; cosine: number }[] {
    const cosine = (one: Float32Array) => one.reduce((sum, value, i) => sum + value * query[i]!, 0);
    return stored
      .map(({ sha256, embedding }) => ({ sha256, cosine: cosine(embedding) }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, limit);
  }

  beforeAll(async () => {
    database = createDatabase({ url: server!.url, maxConnections: 4 });
    await migrate(database);
    const organization = { id: organizationId, name: 'Large', plan: 'UNLIMITED' };
    await database.db.insertInto('organization').values(organization).execute();
    await store(1_000);
  });
  afterAll(async () => {
    await database.db.deleteFrom('organization').where('id', '=', organizationId).execute();
    await database.close();
  });

  test('has an index of every library that has outgrown scanning, and of no other', async () => {
    expect(await tendVectorIndexes(database.db, model, { stop: never, moreThan: 1_000 })).toBe(0);
    expect(await findVectorIndex(database.db, scope)).toBe('none');
    // As two workers do at one moment: neither drops what the other is building.
    const tend = () => tendVectorIndexes(database.db, model, { stop: never, moreThan: 999 });
    expect(Math.max(...(await Promise.all([tend(), tend()])))).toBe(1);
    expect(await findVectorIndex(database.db, scope)).toBe('valid');
    expect(await tend()).toBe(0);
  });

  test('finds what a scan finds, in the same order with the same cosines, new pictures at once', async () => {
    for (const more of [0, 200]) {
      if (more > 0) await store(more);
      const query = embed();
      const wanted = exact(query, 50);
      const found = await searchVectorIndex(database.db, scope, query, 50);
      expect(found.map(({ sha256 }) => sha256)).toEqual(wanted.map(({ sha256 }) => sha256));
      for (const [index, { cosine }] of found.entries()) expect(cosine).toBeCloseTo(wanted[index]!.cosine, 5);
    }
  });

  test('is searched by it, and forgets what is deleted', async () => {
    const query = embed();
    const [first, second] = exact(query, 2).map(({ sha256 }) => sha256);
    const library = new LibraryMatrices(database.db);
    library.get = () => Promise.reject(new Error('It was scanned.'));
    const resources = { db: database.db, library, logger: pino({ level: 'silent' }) };
    expect([...(await findNearest(resources, scope, query, 1)).keys()]).toEqual([first]);
    await database.db
      .deleteFrom('blob')
      .where('organization_id', '=', organizationId)
      .where('sha256', '=', Buffer.from(first!, 'hex'))
      .execute();
    expect([...(await findNearest(resources, scope, query, 1)).keys()]).toEqual([second]);
  });
});
