import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { applyKeptChoices } from '../../../workers/engines/pool/choose-variants.ts';
import { countCpus, planEngines } from '../../../workers/engines/pool/cpu-quota.ts';
import { variantsDirOf } from '../../../workers/engines/pool/kept-choices.ts';
import { startEnginePool } from '../../../workers/engines/pool/pool.ts';
import { loadConfig } from '../../config.ts';
import { createLogger } from '../../log.ts';
import { loadPipelines, type ProductPipeline } from '../../models/load-pipelines.ts';
import { defaultPipeline, resolvePipeline } from '../../models/resolve-pipeline.ts';
import { evaluatePictures } from '../../recognition/evaluation/evaluate.ts';
import { Screen } from '../screen.ts';
import { checkPictures, findCatalogue, shorten } from './find-pictures.ts';
import { formatEvaluation } from './print-evaluation.ts';
import { acceptSetting, proposeSettings } from './proposals.ts';
import { readTruth } from './read-truth.ts';
import { analyzePicture, describeCatalogue } from './run-pipeline.ts';

interface EvaluateOptions {
  images: string;
  truth: string;
  catalog?: string;
  pipeline: string;
  json?: string;
}

/** Gives a command the options and the action of `sightline models evaluate`. */
export function describeEvaluate(command: Command, modelsDirOf: (options: { modelsDir?: string }) => string): Command {
  return command
    .description('Measure a pipeline on labelled photographs, and propose thresholds for them.')
    .requiredOption('--images <dir>', 'folder of the photographs')
    .requiredOption(
      '--truth <file>',
      'COCO document: boxes in pixels of the picture as displayed; category unknown: not in the catalogue',
    )
    .option('--catalog <dir>', 'a picture of each item as <category name>.jpg; without it only boxes are measured')
    .option('--pipeline <name>', 'pipeline to measure, as name or name@version', defaultPipeline)
    .option('--json <file>', 'also write all figures to this file')
    .action(async (options: EvaluateOptions & { modelsDir?: string }) => evaluate(options, modelsDirOf(options)));
}

async function evaluate(options: EvaluateOptions, modelsDir: string): Promise<void> {
  const pipeline = await choosePipeline(modelsDir, options.pipeline);
  const truth = await readTruth(options.truth);
  const leftOut = await checkPictures(options.images, truth);
  const items = options.catalog === undefined ? null : await findCatalogue(options.catalog, truth.categories);
  const screen = new Screen(process.stdout, process.stderr);
  if (leftOut.length > 0) screen.line(`Skipped, because the truth has no boxes for them: ${shorten(leftOut)}`);
  const run = await runPipeline({ modelsDir, pipeline, images: options.images, truth, items }, screen);
  const evaluation = evaluatePictures(run.pictures, items && acceptSetting(run.pipeline).now);
  const proposals = proposeSettings(run.pipeline, evaluation);
  const { key, variant } = run.pipeline.detector;
  screen.line(`${pipeline.key} (${key} ${variant}) on ${truth.pictures.length} pictures of ${options.images}`);
  screen.line(`\n${formatEvaluation(evaluation, proposals)}`);
  if (options.json !== undefined) {
    await writeFile(options.json, `${JSON.stringify({ pipeline: pipeline.key, ...evaluation, proposals }, null, 2)}\n`);
  }
}

async function choosePipeline(modelsDir: string, name: string): Promise<ProductPipeline> {
  const pipelines = await loadPipelines(modelsDir);
  const pipeline = resolvePipeline(pipelines, name);
  const able = pipelines.filter(({ kind }) => kind === 'PRODUCTS').map(({ key }) => key);
  if (!pipeline) throw new Error(`There is no pipeline ${name}. Available: ${able.join(', ')}.`);
  if (pipeline.kind !== 'PRODUCTS') {
    throw new Error(
      `${pipeline.key} labels whole pictures, so it has no boxes to measure. Pipelines with boxes: ${able.join(', ')}.`,
    );
  }
  return pipeline;
}

interface Plan {
  modelsDir: string;
  pipeline: ProductPipeline;
  images: string;
  truth: Awaited<ReturnType<typeof readTruth>>;
  /** null: nothing to name with. */
  items: Awaited<ReturnType<typeof findCatalogue>> | null;
}

/** In engines like those of a worker of this machine, variants included, so that what is measured is what tasks get. */
async function runPipeline({ modelsDir, pipeline, images, truth, items }: Plan, screen: Screen) {
  const config = loadConfig(process.env);
  const plan = planEngines(countCpus(), config.engines, config.engineThreads);
  const variantsDir = variantsDirOf(config.dataDir);
  const pool = startEnginePool({
    modelsDir,
    variantsDir,
    ...plan,
    maxImagePixels: config.maxImagePixels,
    queueLimit: Number.POSITIVE_INFINITY,
    // What keeps engines from working is told as a sentence; their own words are for those who ask.
    logger: createLogger({ level: config.logLevel === 'debug' ? 'debug' : 'silent', format: config.logFormat }),
  });
  try {
    screen.stage('starting the engines');
    await pool.ready;
    const [asHere] = await applyKeptChoices([pipeline], { folder: variantsDir, threads: plan.threads });
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
