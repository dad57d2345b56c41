import { resolve } from 'node:path';
import { applyKeptChoices } from '../../../workers/engines/pool/choose-variants.ts';
import { countCpus, planEngines } from '../../../workers/engines/pool/cpu-quota.ts';
import { variantsDirOf } from '../../../workers/engines/pool/kept-choices.ts';
import { startEnginePool } from '../../../workers/engines/pool/pool.ts';
import type { Config } from '../../config.ts';
import { createLogger } from '../../log.ts';
import type { ProductPipeline } from '../../models/load-pipelines.ts';
import type { EvaluatedPicture } from '../../recognition/evaluation/evaluate.ts';
import type { Screen } from '../screen.ts';
import type { CataloguePictures } from './find-catalogue.ts';
import { analyzePicture, describeCatalogue } from './run-pipeline.ts';
import type { Truth } from './truth.ts';

interface Plan {
  config: Config;
  modelsDir: string;
  pipeline: ProductPipeline;
  /** Folder of the photographs. */
  images: string;
  truth: Truth;
  /** null: nothing to name with. */
  items: CataloguePictures[] | null;
}

/** The pipeline with the variants that ran, and what it found on the pictures of the truth, in their order. */
interface Analyzed {
  pipeline: ProductPipeline;
  pictures: EvaluatedPicture[];
}

/** Runs a pipeline in engines like those of a worker of this machine, so that what is measured is what tasks get. */
export async function analyzePictures(plan: Plan, screen: Screen): Promise<Analyzed> {
  const { config, modelsDir, pipeline, images, truth, items } = plan;
  const engines = planEngines(countCpus(), config.engines, config.engineThreads);
  const variantsDir = variantsDirOf(config.dataDir);
  const pool = startEnginePool({
    modelsDir,
    variantsDir,
    ...engines,
    maxImagePixels: config.maxImagePixels,
    queueLimit: Number.POSITIVE_INFINITY,
    // What keeps engines from working is told as a sentence; their own words are for those who ask.
    logger: createLogger({ level: config.logLevel === 'debug' ? 'debug' : 'silent', format: config.logFormat }),
  });
  try {
    screen.stage('starting the engines');
    await pool.ready;
    const [asHere] = await applyKeptChoices([pipeline], { folder: variantsDir, threads: engines.threads });
    const run = { pool, pipeline: asHere as ProductPipeline, done: () => screen.advance() };
    if (items) screen.stage('indexing the catalogue', items.flatMap(({ files }) => files).length);
    const catalogue = items && (await describeCatalogue(items, run));
    screen.stage('analysing the pictures', truth.pictures.length);
    const pictures = truth.pictures.map((picture) => analyzePicture(resolve(images), picture, catalogue, run));
    return { pipeline: run.pipeline, pictures: await Promise.all(pictures) };
  } finally {
    screen.idle();
    await pool.close(0);
  }
}
