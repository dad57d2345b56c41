import type { MatchingSettings } from '../../src/models/pipeline-file.ts';
import { pixelRegion, type ScoredBox } from '../../src/recognition/box.ts';
import { type Naming, nameDetection } from '../../src/recognition/naming.ts';
import { placeOnShelves } from '../../src/recognition/realogram.ts';
import { smoothNeighbors } from '../../src/recognition/smoothing.ts';
import { objectnessThreshold } from '../../src/recognition/threshold.ts';
import type { DecodedPicture } from './decode.ts';
import { detectProducts } from './detect.ts';
import { embedRegions } from './embed.ts';
import type { JobGuard } from './job-guard.ts';
import type { AnalyzeJob, FoundDetection, ItemMatrix, JobKinds } from './jobs.ts';
import type { ReadyProductPipeline } from './loaded-pipelines.ts';

/** What an analysis is made with, beside the picture. */
export interface AnalysisRequest {
  options: Pick<AnalyzeJob, 'threshold' | 'topCandidates' | 'matchCatalog' | 'smoothNeighbors'>;
  items: ItemMatrix | null;
}

/** Detects, embeds and names the products of a decoded picture, and tells where on the shelves they are. decodeMs is passed through into the timings. */
export async function analyzePicture(
  picture: DecodedPicture & { decodeMs: number },
  pipeline: ReadyProductPipeline,
  request: AnalysisRequest,
  guard: JobGuard,
): Promise<JobKinds['analyze']['result']> {
  const { settings, detector } = pipeline;
  const threshold = request.options.threshold ?? settings.threshold;
  const detectorThreshold = detector.model.manifest.variants[detector.model.variant]!.threshold;
  const startedAt = performance.now();
  const boxes = await detectProducts(
    picture,
    pipeline,
    objectnessThreshold(detectorThreshold, settings.threshold, threshold),
    guard,
  );
  const items = request.options.matchCatalog && request.items?.itemIds.length ? request.items : null;
  const regions = boxes.map((box) => pixelRegion(box, picture));
  const embeddings = items ? await embedRegions(picture, regions, pipeline, guard) : [];
  const inferredAt = performance.now();
  const namings = items ? nameAll(boxes, embeddings, items, settings.matching, request.options) : boxes.map(unnamed);
  const reported = boxes
    .map((box, index) => describeDetection(box, namings[index]!, detector.model.manifest.labels))
    .filter((detection) => detection.confidence >= threshold);
  // Among what is reported only, so that positions have no gaps.
  const places = placeOnShelves(reported);
  const detections = reported.map((detection, index) => ({ ...detection, place: places[index]! }));
  return {
    ok: true,
    width: picture.width,
    height: picture.height,
    detections,
    labels: [],
    accepted: null,
    timings: {
      decodeMs: picture.decodeMs,
      inferenceMs: inferredAt - startedAt,
      matchMs: performance.now() - inferredAt,
    },
  };
}

type MatchedNaming = Naming & Pick<FoundDetection, 'matchedBy'>;

function unnamed(box: ScoredBox): MatchedNaming {
  return { itemId: null, confidence: box.score, candidates: [], matchedBy: null };
}

function nameAll(
  boxes: readonly ScoredBox[],
  embeddings: readonly Float32Array[],
  items: ItemMatrix,
  rule: MatchingSettings,
  { topCandidates, smoothNeighbors: smooth }: AnalysisRequest['options'],
): MatchedNaming[] {
  const facings = boxes.map((box, index) => {
    const embedding = embeddings[index]!;
    return {
      box,
      embedding,
      naming: nameDetection(embedding, box.score, items, rule, topCandidates),
      keepsName: false,
    };
  });
  if (!smooth) return facings.map(({ naming }) => byAppearance(naming));
  const { alikeCosine } = rule;
  return smoothNeighbors(facings, { alikeCosine, topCandidates }).map(({ fromNeighbors, ...naming }) =>
    fromNeighbors ? { ...naming, matchedBy: 'NEIGHBOR' } : byAppearance(naming),
  );
}

function byAppearance(naming: Naming): MatchedNaming {
  return { ...naming, matchedBy: naming.itemId === null ? null : 'APPEARANCE' };
}

function describeDetection(
  box: ScoredBox,
  naming: MatchedNaming,
  labels: readonly string[],
): Omit<FoundDetection, 'place'> {
  const { x, y, width, height, score } = box;
  return {
    x,
    y,
    width,
    height,
    objectness: score,
    ...naming,
    label: box.label === null ? null : (labels[box.label] ?? null),
  };
}
