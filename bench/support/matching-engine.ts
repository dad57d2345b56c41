import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { loadPipelines } from '../../src/models/load-pipelines.ts';
import type { AnalyzeOutcome, EnginePool, EnginePoolOptions } from '../../workers/engines/pool/pool.ts';
import type { ItemMatrix } from '../../workers/engines/protocol/item-matrix.ts';

/** Of a run on one picture. */
export interface Analyzed {
  outcome: AnalyzeOutcome;
  seconds: number;
  /** Processor time of the engine, all threads; null where the system does not tell (other than Linux). */
  processorSeconds: number | null;
}

/** One engine that knows the items of a catalogue. */
export interface MatchingEngine {
  /** @param name of the pipeline, in its newest version. @param reads optional steps, off by default. */
  analyze(name: string, file: string, reads?: { readText?: boolean; readCodes?: boolean }): Promise<Analyzed>;
}

/**
 * Starts an engine of a checkout of this project, which may be another one than this, and describes the catalogue with it.
 * @param catalogue files of pictures; the item of each is called by its index.
 */
export async function startMatchingEngine(
  started: AsyncDisposableStack,
  checkout: string,
  catalogue: readonly string[],
  threads: number,
): Promise<MatchingEngine> {
  const program = pathToFileURL(join(checkout, 'workers/engines/pool/pool.ts')).href;
  const { startEnginePool } = (await import(program)) as { startEnginePool(options: EnginePoolOptions): EnginePool };
  const modelsDir = join(checkout, 'models');
  const pool = startEnginePool({
    modelsDir,
    engines: 1,
    threads,
    maxImagePixels: 50_000_000,
    queueLimit: catalogue.length,
    logger: pino({ level: 'silent' }),
  });
  started.defer(() => pool.close(0));
  await pool.ready;
  const { matrix, features } = await describeCatalogue(pool, await newestOf(modelsDir, 'shelf'), catalogue);
  const settings = {
    threshold: null,
    topCandidates: 1,
    matchCatalog: true,
    smoothNeighbors: false,
    readText: false,
    readCodes: false,
    acceptGroups: null,
  };
  return {
    async analyze(name, file, reads = {}) {
      const pipeline = await newestOf(modelsDir, name);
      const job = {
        id: name,
        file,
        pipeline,
        matrix,
        maxProcessingMs: null,
        describe: false,
        priority: 0,
        ...settings,
        ...reads,
      };
      const before = await readProcessorSeconds(pool);
      const startedAt = performance.now();
      const outcome = await pool.analyze(job, {
        findFeatures: async (_model, wanted) =>
          wanted.map(({ pictureId }) => ({ pictureId, features: features.get(pictureId)! })),
      });
      const seconds = (performance.now() - startedAt) / 1000;
      if (!outcome.ok) throw new Error(outcome.failure.message);
      const after = await readProcessorSeconds(pool);
      return { outcome, seconds, processorSeconds: before === null || after === null ? null : after - before };
    },
  };
}

async function describeCatalogue(
  pool: EnginePool,
  pipeline: string,
  files: readonly string[],
): Promise<{ matrix: ItemMatrix; features: Map<string, Uint8Array> }> {
  const described = await Promise.all(
    files.map(async (file, index) => {
      const outcome = await pool.describe({ id: String(index), file, pipeline, features: true, priority: 0 });
      if (!outcome.ok) throw new Error(outcome.failure.message);
      return outcome;
    }),
  );
  const itemIds = files.map((_, index) => String(index));
  const dims = described[0]!.embedding.length;
  const data = new Float32Array(files.length * dims);
  for (const [row, { embedding }] of described.entries()) data.set(embedding, row * dims);
  const pictureIds = itemIds.map((id) => [id]);
  const matrix = { key: 'bench', version: '1', itemIds, pictureIds, dims, data };
  return { matrix, features: new Map(described.map(({ features }, index) => [itemIds[index]!, features!])) };
}

/** name@version */
async function newestOf(modelsDir: string, name: string): Promise<string> {
  const versions = (await loadPipelines(modelsDir)).filter((pipeline) => pipeline.name === name);
  return versions.sort((a, b) => Number(b.version) - Number(a.version))[0]!.key;
}

/** A clock tick of /proc is a hundredth of a second on every Linux that Node runs on. */
const ticksPerSecond = 100;

async function readProcessorSeconds(pool: EnginePool): Promise<number | null> {
  const stat = await readFile(`/proc/${pool.status()[0]!.pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The name of the program, in brackets, may hold spaces. After it, user and system time are the 12th and 13th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
