import { join } from 'node:path';
import type { EnginePool, FailedOutcome, FoundDetection } from '../../../workers/engines/pool/pool.ts';
import type { ItemMatrix, StoredFeatures } from '../../../workers/engines/protocol/item-matrix.ts';
import type { ProductPipeline } from '../../models/load-pipelines.ts';
import { averageEmbeddings } from '../../recognition/embedding.ts';
import type { EvaluatedPicture, FoundBox } from '../../recognition/evaluation/evaluate.ts';
import { fitFrame } from '../../recognition/letterbox.ts';
import type { CataloguePictures } from './find-catalogue.ts';
import type { TruePicture } from './truth.ts';

/** Threshold for figures that depend on the threshold: low enough for the whole curve, high enough not to embed all noise. */
const lowestThreshold = 0.02;

/** The items to name with, as in a worker: their embeddings and the features of their pictures. */
export interface Catalogue {
  matrix: ItemMatrix;
  features: ReadonlyMap<string, Uint8Array>;
}

export interface Run {
  pool: EnginePool;
  pipeline: ProductPipeline;
  /** Called after each picture. */
  done: () => void;
}

/** Lets an engine describe every picture of the catalogue, like the indexing job. */
export async function describeCatalogue(items: readonly CataloguePictures[], run: Run): Promise<Catalogue> {
  const described = await Promise.all(
    items.map(({ files }) => Promise.all(files.map(async (file) => ({ file, ...(await describe(file, run)) })))),
  );
  const embeddings = described.map((pictures) => averageEmbeddings(pictures.map(({ embedding }) => embedding)));
  const dims = embeddings[0]!.length;
  const data = new Float32Array(items.length * dims);
  for (const [row, embedding] of embeddings.entries()) data.set(embedding, row * dims);
  const withFeatures = described.map((pictures) => pictures.filter(({ features }) => features !== null));
  return {
    matrix: {
      key: 'evaluated',
      version: '1',
      itemIds: items.map(({ name }) => name),
      pictureIds: withFeatures.map((pictures) => pictures.map(({ file }) => file)),
      dims,
      data,
    },
    features: new Map(withFeatures.flat().map(({ file, features }) => [file, features!])),
  };
}

/** Lets an engine describe one picture of the catalogue. Throws an Error that names it. */
export async function describe(file: string, { pool, pipeline, done }: Run) {
  const outcome = await pool.describe({ id: file, file, pipeline: pipeline.key, features: true, priority: 0 });
  if (!outcome.ok) throw describeFailure(file, outcome);
  done();
  return outcome;
}

/**
 * Analyses a picture twice: with the settings of a task, and for everything that the detector proposes. Throws an Error that names
 * the picture.
 */
export async function analyzePicture(
  dir: string,
  truth: TruePicture,
  catalogue: Catalogue | null,
  run: Run,
): Promise<EvaluatedPicture> {
  const asTask = await analyzeAsTask(dir, truth, catalogue, run);
  const all = await analyze(join(dir, truth.file), lowestThreshold, null, run);
  run.done();
  return { ...asTask, proposals: all.detections };
}

/** Analyses a picture with the settings of a task only. Throws an Error that names the picture. */
export async function analyzeAsTask(
  dir: string,
  truth: TruePicture,
  catalogue: Catalogue | null,
  run: Run,
): Promise<EvaluatedPicture> {
  const outcome = await analyze(join(dir, truth.file), null, catalogue, run);
  const { input } = run.pipeline.steps.detector.model.manifest;
  return {
    truth: truth.boxes,
    found: outcome.detections.map(toFoundBox),
    proposals: [],
    scale: fitFrame(outcome, input, input.resize).scaleX,
  };
}

async function analyze(file: string, threshold: number | null, catalogue: Catalogue | null, { pool, pipeline }: Run) {
  const outcome = await pool.analyze(
    {
      id: `${file} ${threshold}`,
      file,
      pipeline: pipeline.key,
      threshold,
      topCandidates: 1,
      matchCatalog: catalogue !== null,
      smoothNeighbors: false,
      readText: false,
      acceptGroups: null,
      matrix: catalogue?.matrix ?? null,
      maxProcessingMs: null,
      describe: false,
      priority: 0,
    },
    { findFeatures: async (_model, wanted) => wanted.flatMap(({ pictureId }) => storedFeatures(catalogue, pictureId)) },
  );
  if (!outcome.ok) throw describeFailure(file, outcome);
  return outcome;
}

function storedFeatures(catalogue: Catalogue | null, pictureId: string): StoredFeatures[] {
  const features = catalogue?.features.get(pictureId);
  return features ? [{ pictureId, features }] : [];
}

function toFoundBox({ itemId, candidates, ...detection }: FoundDetection): FoundBox {
  const [first] = candidates;
  return {
    ...detection,
    named: itemId,
    likeliest: first ? { item: first.itemId, probability: first.confidence } : null,
  };
}

function describeFailure(file: string, { failure }: FailedOutcome): Error {
  return new Error(`${file} could not be analysed: ${failure.message}`);
}
