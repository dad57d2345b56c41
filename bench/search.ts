/**
 * Searching a library by example: the exact scan in memory up to the size from which on an index is built, and that index of
 * pgvector's where there is one, with what it misses.
 */
import { createHash } from 'node:crypto';
import { migrate } from '../src/database/migrator.ts';
import { createDatabase, type Database } from '../src/database/pool.ts';
import { newId } from '../src/ids.ts';
import { toBytes } from '../src/library/embedding-bytes.ts';
import { EmbeddingMatrix } from '../src/library/embedding-matrix.ts';
import { mostScanned, tendVectorIndexes } from '../src/library/tend-vectors.ts';
import { searchVectorIndex } from '../src/library/vector-index.repository.ts';
import { insertOrganization } from '../src/organizations/organizations.repository.ts';
import { startVectorServer } from '../test/support/vector-server.ts';
import type { Figure } from './support/figure.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { median } from './support/statistics.ts';

/** As the embedders that come with the project. */
const dims = 256;
const rounds = 30;
const limits = [10, 100, 500] as const;
const scope = { organizationId: newId(), model: 'made-up@1' };

await runBench('search', async (bench): Promise<Figure[]> => {
  const pictures = bench.quick ? 5_000 : mostScanned;
  const matrix = new EmbeddingMatrix(dims);
  const embed = createEmbedder();
  for (let index = 0; index < pictures; index++) matrix.add(hashOf(index), embed());
  const queries = Array.from({ length: rounds }, embed);
  const scanned: number[] = [];
  const computed: number[] = [];
  for (const query of queries) {
    const before = process.cpuUsage();
    scanned.push(await timed(() => matrix.nearest(query, 100)));
    const { user, system } = process.cpuUsage(before);
    computed.push((user + system) / 1000);
  }
  const ms = { unit: 'ms', digits: 1, better: 'lower' as const };
  return [
    { what: `exact scan of ${pictures}, median`, value: median(scanned), ...ms, reach: 50 },
    { what: 'the same in time on the processor, median', value: median(computed), ...ms },
    ...(await measureIndex(bench, matrix, pictures, queries)),
  ];
});

async function measureIndex(
  bench: Bench,
  matrix: EmbeddingMatrix,
  pictures: number,
  queries: readonly Float32Array[],
): Promise<Figure[]> {
  const server = await startVectorServer();
  if (!server) return [];
  bench.started.defer(server.stop);
  const database = createDatabase({ url: server.url, maxConnections: 3, applicationName: 'sightline-bench' });
  bench.started.defer(database.close);
  await store(database, pictures);
  bench.say(`${pictures} embeddings are stored; the index is built`);
  const stop = new AbortController().signal;
  const buildSeconds =
    (await timed(() => tendVectorIndexes(database.db, scope.model, { stop, moreThan: pictures - 1 }))) / 1000;
  const found: number[] = [];
  const recalls: Record<number, number[]> = Object.fromEntries(limits.map((limit) => [limit, []]));
  for (const query of queries)
    for (const limit of limits) {
      const wanted = new Set((await matrix.nearest(query, limit)).map(({ sha256 }) => sha256));
      const begun = performance.now();
      const answer = await searchVectorIndex(database.db, scope, query, limit);
      if (limit === 100) found.push(performance.now() - begun);
      recalls[limit]!.push(answer.filter(({ sha256 }) => wanted.has(sha256)).length / limit);
    }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [
    { what: `pgvector's index of ${pictures}, median`, value: median(found), unit: 'ms', digits: 1, better: 'lower' },
    ...limits.map((limit) => ({
      what: `of the nearest ${limit} it finds`,
      value: mean(recalls[limit]!) * 100,
      unit: '%',
      digits: 1,
      better: 'higher' as const,
    })),
    { what: 'copying and building it', value: buildSeconds, unit: 's', digits: 0, better: 'lower' },
  ];
}

/** The same embeddings as in memory. */
async function store(database: Database, pictures: number): Promise<void> {
  const { organizationId, model } = scope;
  await migrate(database);
  await insertOrganization(database.db, { id: organizationId, name: 'Large', plan: 'UNLIMITED' });
  const embed = createEmbedder();
  for (let start = 0; start < pictures; start += 1_000) {
    const indexes = Array.from({ length: Math.min(1_000, pictures - start) }, (_, index) => start + index);
    const hashes = indexes.map((index) => Buffer.from(hashOf(index), 'hex'));
    await database.pool.query(
      `insert into blob (organization_id, sha256, byte_size, mime_type, width, height)
       select $1, hash, 1, 'image/jpeg', 1, 1 from unnest($2::bytea[]) hash`,
      [organizationId, hashes],
    );
    await database.pool.query(
      `insert into blob_embedding (organization_id, sha256, model, embedding)
       select $1, hash, $2, embedding from unnest($3::bytea[], $4::bytea[]) pair (hash, embedding)`,
      [organizationId, model, hashes, indexes.map(() => toBytes(embed()))],
    );
  }
}

/** The same vectors each time: 500 kinds of pictures that spread around their middles, in all directions. */
function createEmbedder(): () => Float32Array {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const middles = Array.from({ length: 500 }, () => Float32Array.from({ length: dims }, random));
  return () => {
    const middle = middles[Math.floor((random() + 0.5) * middles.length)]!;
    const vector = middle.map((value) => value + random());
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
}

function hashOf(index: number): string {
  return createHash('sha256').update(String(index)).digest('hex');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
