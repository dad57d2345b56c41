import type { ProductPipeline } from '../../models/load-pipelines.ts';

/** The settings that decide from which objectness a box is reported. */
export interface Thresholds {
  /** From the detector's manifest, for the variant that runs. */
  detector: number;
  /** From the pipeline; a task's own threshold replaces it. */
  pipeline: number;
}

export function thresholdsOf({ steps, threshold }: ProductPipeline): Thresholds {
  const { manifest, variant } = steps.detector.model;
  return { detector: manifest.variants[variant]!.threshold, pipeline: threshold };
}

/** Objectness from which a box without a name is reported: it must pass both. */
export function defaultThreshold({ detector, pipeline }: Thresholds): number {
  return Math.max(detector, pipeline);
}

/**
 * Task.threshold that has boxes reported from this objectness; see objectnessThreshold. null above the default when products are
 * named: there a task's threshold would drop names of a lower probability, too.
 */
export function taskThresholdFor(objectness: number, thresholds: Thresholds, named: boolean): number | null {
  const { detector, pipeline } = thresholds;
  const standard = defaultThreshold(thresholds);
  if (objectness === standard) return pipeline;
  if (objectness > standard) return named ? null : objectness;
  return objectness / Math.max(1, detector / pipeline);
}
