/**
 * The objectness that a box needs if a task sets another threshold than the pipeline's. Below the pipeline's value the detector's
 * measured threshold is lowered in proportion, so that a task which requests less certain detections gets more boxes; above it the
 * detector's threshold stays, and the confidence decides.
 */
export function objectnessThreshold(
  detectorThreshold: number,
  pipelineThreshold: number,
  taskThreshold: number,
): number {
  if (taskThreshold >= pipelineThreshold) return detectorThreshold;
  return detectorThreshold * (taskThreshold / pipelineThreshold);
}
