import { expect, test } from 'vitest';
import { tendVectorIndexes } from '../../../src/library/tend-vectors.ts';
import { createTestDatabase } from '../../support/database.ts';

/** With pgvector: test/slow/pgvector.test.ts. */
test('a database without pgvector is searched without it', async () => {
  await using database = await createTestDatabase();
  const stop = new AbortController().signal;
  expect(await tendVectorIndexes(database.db, 'm@1', { stop, moreThan: 0 })).toBe(0);
});
