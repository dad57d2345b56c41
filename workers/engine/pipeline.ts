import { pixelRegion, type ScoredBox } from '../../src/recognition/box.ts';
import { type Naming, nameDetection } from '../../src/recognition/naming.ts';
import { objectnessThreshold } from '../../src/recognition/threshold.ts';
import type { DecodedPicture } from './decode.ts';
import { detectProducts } from './detect.ts';
import { embedRegions } from './embed.ts';
import type { JobGuard } from './job-guard.ts';
import type { AnalyzeJob, FoundDetection, ItemMatrix, JobKinds } from './jobs.ts';
import type { ReadyPipeline } from './loaded-pipelines.ts';

/** What an analysis is made with, beside the picture. */
export interface AnalysisRequest {
  options: Pick<AnalyzeJob, 'threshold' | 'topCandidates' | 'matchCatalog'>;
  items: ItemMatrix | null;
}

/** Detects, embeds and names the products of a decoded picture. decodeMs is passed through into the timings. */
export async function analyzePicture(
  picture: DecodedPicture & { decodeMs: number },
  pipeline: ReadyPipeline,
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
  const detections = boxes
    .map((box, index) => {
      const naming = items
        ? nameDetection(embeddings[index]!, box.score, items, settings.matching, request.options.topCandidates)
        : unnamed(box);
      return describeDetection(box, naming, detector.model.manifest.labels);
    })
    .filter((detection) => detection.confidence >= threshold);
  return {
    ok: true,
    width: picture.width,
    height: picture.height,
    detections,
    timings: {
      decodeMs: picture.decodeMs,
      inferenceMs: inferredAt - startedAt,
      matchMs: performance.now() - inferredAt,
    },
  };
}

function unnamed(box: ScoredBox): Naming {
  return { itemId: null, confidence: box.score, candidates: [] };
}

function describeDetection(box: ScoredBox, naming: Naming, labels: readonly string[]): FoundDetection {
  const { x, y, width, height, score } = box;
  return {
    x,
    y,
    width,
    height,
    objectness: score,
    ...naming,
    matchedBy: naming.itemId === null ? null : 'APPEARANCE',
    label: box.label === null ? null : (labels[box.label] ?? null),
  };
}
