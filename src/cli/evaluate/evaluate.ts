import { mkdir, writeFile } from 'node:fs/promises';
import { normalize } from 'node:path';
import { loadConfig } from '../../config.ts';
import { loadPipelines, type ProductPipeline } from '../../models/load-pipelines.ts';
import { resolvePipeline } from '../../models/resolve-pipeline.ts';
import { evaluatePictures } from '../../recognition/evaluation/evaluate.ts';
import { Screen } from '../screen.ts';
import { analyzePictures } from './analyze-pictures.ts';
import { findCatalogue } from './find-catalogue.ts';
import { matchLabels } from './labels/match-labels.ts';
import { readLabels } from './labels/read-labels.ts';
import { formatCurve } from './learning-curve/print-curve.ts';
import { listPictures, shorten } from './picture-folder.ts';
import { formatEvaluation } from './print-evaluation.ts';
import { acceptSetting, proposeSettings } from './proposals.ts';
import { defaultThreshold, thresholdsOf } from './thresholds.ts';
import { chooseProducts, type Truth } from './truth.ts';
import { count } from './verdict/basis.ts';
import { formatVerdict } from './verdict/print-verdict.ts';
import { reachVerdict } from './verdict/verdict.ts';

export interface EvaluateOptions {
  modelsDir: string;
  /** Folder of the photographs. */
  images: string;
  labels: string;
  /** Labels of products; absent: all. */
  categories?: string[];
  /** Folder of a picture of each item; absent: only boxes are measured. */
  catalog?: string;
  /** name or name@version */
  pipeline: string;
  /** Folder for pictures of what was found and missed; made if it is not there. */
  overlays?: string;
  /** Whether to measure how much better products are named after corrections; needs a catalogue. */
  learningCurve?: boolean;
  /** File for the figures. */
  json?: string;
}

/** Measures a pipeline, and prints the results. Throws an Error whose message says what to change. */
export async function evaluate(options: EvaluateOptions): Promise<void> {
  const { modelsDir, images, catalog, learningCurve: learning = false } = options;
  if (learning && catalog === undefined)
    throw new Error('--learning-curve measures names, which needs a catalogue. Name its folder with --catalog.');
  const config = loadConfig(process.env);
  const chosen = await choosePipeline(modelsDir, options.pipeline);
  const screen = new Screen(process.stdout, process.stderr);
  const truth = await readTruth(options, config.maxImagePixels, screen);
  const items = catalog === undefined ? null : await findCatalogue(catalog, truth.categories);
  if (options.overlays !== undefined) await makeFolder(options.overlays);
  const { pipeline, pictures, curve } = await analyzePictures(
    { config, modelsDir, pipeline: chosen, images, truth, items, overlays: options.overlays ?? null, learning },
    screen,
  );
  const thresholds = thresholdsOf(pipeline);
  const evaluation = evaluatePictures(pictures, {
    threshold: defaultThreshold(thresholds),
    acceptConfidence: items && acceptSetting(pipeline).now,
  });
  const proposals = proposeSettings(pipeline, evaluation);
  const { key, variant, manifest } = pipeline.steps.detector.model;
  const verdict = reachVerdict(evaluation, proposals, Math.max(manifest.input.width, manifest.input.height));
  screen.line(`${pipeline.key} (${key} ${variant}) on ${count(truth.pictures.length, 'picture')} of ${images}`);
  screen.line(`\n${formatEvaluation(evaluation, thresholds, proposals)}`);
  screen.line(`\n${formatVerdict(verdict)}`);
  if (curve) screen.line(`\n${formatCurve(curve)}`);
  if (options.overlays !== undefined) screen.line(`\nOverlays written to ${options.overlays}`);
  if (options.json !== undefined) {
    const figures = {
      pipeline: pipeline.key,
      ...evaluation,
      proposals,
      verdict,
      ...(curve && { learningCurve: curve }),
    };
    await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`);
  }
}

async function choosePipeline(modelsDir: string, name: string): Promise<ProductPipeline> {
  const pipelines = await loadPipelines(modelsDir);
  const pipeline = resolvePipeline(pipelines, name);
  const able = pipelines.filter(({ kind }) => kind === 'PRODUCTS').map(({ key }) => key);
  if (!pipeline) throw new Error(`There is no pipeline ${name}. Available: ${able.join(', ')}.`);
  if (pipeline.kind !== 'PRODUCTS') {
    throw new Error(
      pipeline.kind === 'LABELS'
        ? `${pipeline.key} labels whole pictures, so it has no boxes to measure. Pipelines with boxes: ${able.join(', ')}.`
        : `${pipeline.key} finds no products, which is what is measured. Pipelines that do: ${able.join(', ')}.`,
    );
  }
  return pipeline;
}

/** Before anything is measured, so that minutes of work are not lost because of a mistyped name. */
async function makeFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true }).catch((error: Error) => {
    throw new Error(`Overlays cannot be written to ${dir}: ${error.message}. Name another folder with --overlays.`, {
      cause: error,
    });
  });
}

/** Reads the labels, and prints how they were interpreted. */
async function readTruth(
  { images, labels, categories }: EvaluateOptions,
  maxImagePixels: number,
  screen: Screen,
): Promise<Truth> {
  const { format, entries, notes } = await readLabels(labels);
  const files = await listPictures(images);
  const pictures = await matchLabels(entries, { dir: images, files, maxImagePixels });
  const truth = chooseProducts(pictures, categories ?? null);
  screen.line(`${format} labels of ${count(pictures.length, 'picture')}: ${describeTruth(truth)}.`);
  for (const note of notes) screen.line(note);
  const labelled = new Set(pictures.map(({ file }) => normalize(file)));
  const others = files.filter((file) => !labelled.has(file));
  if (others.length > 0) screen.line(`Skipped, because they have no labels: ${shorten(others)}`);
  return truth;
}

function describeTruth({ pictures, leftOut }: Truth): string {
  const boxes = pictures.flatMap((picture) => picture.boxes);
  const regions = boxes.filter(({ crowd }) => crowd).length;
  const ignored = regions > 0 ? `, ${count(regions, 'region')} to ignore` : '';
  const no = leftOut.length > 0 ? `; not counted as products: ${shorten(leftOut)}` : '';
  return `${count(boxes.length - regions, 'product')}${ignored}${no}`;
}
