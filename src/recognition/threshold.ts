/**
 * The objectness a box needs when a task asks for another lowest confidence than the pipeline's. Below the pipeline's
 * own value the detector's measured threshold is lowered in proportion, so that asking for less certain detections gives
 * more boxes; above it the detector's threshold stays, and the confidence decides.
 */
export function objectnessThreshold(
  detectorThreshold: number,
  pipelineThreshold: number,
  taskThreshold: number,
): number {
  if (taskThreshold >= pipelineThreshold) return detectorThreshold;
  return detectorThreshold * (taskThreshold / pipelineThreshold);
}
