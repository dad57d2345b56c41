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
import { type CurvePoint, measureLearning } from './learning-curve/measure-learning.ts';
import { acceptSetting } from './proposals.ts';
import { analyzePicture, type Catalogue, describeCatalogue, type Run } from './run-pipeline.ts';
import { defaultThreshold, thresholdsOf } from './thresholds.ts';
import type { Truth } from './truth.ts';

interface Plan {
  config: Config;
  modelsDir: string;
  pipeline: ProductPipeline;
  /** Folder of the photographs. */
  images: string;
  truth: Truth;
  /** null: there is no catalogue. */
  items: CataloguePictures[] | null;
  /** Folder for drawings of the outcomes; null: none. */
  overlays: string | null;
  /** Whether to measure how much better products are named after corrections; needs a catalogue. */
  learning: boolean;
}

/** The pipeline with the variants that ran, and what it found on the pictures of the truth, in their order. */
interface Analyzed {
  pipeline: ProductPipeline;
  pictures: EvaluatedPicture[];
  /** null: not measured. */
  curve: CurvePoint[] | null;
}

/** Runs a pipeline in engines like those of a worker on this machine, so that the figures are those of tasks. */
export async function analyzePictures(plan: Plan, screen: Screen): Promise<Analyzed> {
  const { config, modelsDir, pipeline, images, truth, items, overlays, learning } = plan;
  const engines = planEngines(countCpus(), config.engines, config.engineThreads);
  const variantsDir = variantsDirOf(config.dataDir);
  const pool = startEnginePool({
    modelsDir,
    variantsDir,
    ...engines,
    provider: config.engineProvider,
    maxImagePixels: config.maxImagePixels,
    queueLimit: Number.POSITIVE_INFINITY,
    // What prevents engines from starting is reported as a sentence; their own output is shown only with a lower log level.
    logger: createLogger({ level: config.logLevel === 'debug' ? 'debug' : 'silent', format: config.logFormat }),
  });
  try {
    screen.stage('starting the engines');
    await pool.ready;
    const [asHere] = await applyKeptChoices([pipeline], {
      folder: variantsDir,
      threads: engines.threads,
      provider: config.engineProvider,
    });
    const run = { pool, pipeline: asHere as ProductPipeline, done: () => screen.advance() };
    if (items) screen.stage('indexing the catalogue', items.flatMap(({ files }) => files).length);
    const catalogue = items && (await describeCatalogue(items, run));
    screen.stage('analysing the pictures', truth.pictures.length);
    const pictures = truth.pictures.map((picture) => analyzePicture(resolve(images), picture, catalogue, run));
    const evaluated = await Promise.all(pictures);
    const curve = catalogue && learning ? await measureCurve(plan, catalogue, run, screen) : null;
    if (overlays !== null) {
      screen.stage('drawing overlays', evaluated.length);
      // Loaded here, not above: it draws with sharp, which the api and worker commands of the same program must not load.
      const { writeOverlays } = await import('./overlays/write-overlays.ts');
      await writeOverlays({ images, pictures: truth.pictures, evaluated, target: overlays }, pool, run.done);
    }
    return { pipeline: run.pipeline, pictures: evaluated, curve };
  } finally {
    screen.idle();
    await pool.close(0);
  }
}

function measureCurve({ images, truth }: Plan, catalogue: Catalogue, run: Run, screen: Screen): Promise<CurvePoint[]> {
  screen.stage('measuring what corrections teach');
  const { pipeline } = run;
  const settings = {
    threshold: defaultThreshold(thresholdsOf(pipeline)),
    acceptConfidence: acceptSetting(pipeline).now,
  };
  return measureLearning({ images: resolve(images), pictures: truth.pictures, catalogue, settings }, run);
}
