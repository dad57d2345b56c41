/** How far an analysis is, and when it will have ended. */

/** 0..1; null: the duration is unknown. It is below 1 until the analysis has ended. */
export function progressAt(seconds: number, durationSeconds: number | null): number | null {
  if (durationSeconds === null || durationSeconds <= 0) return null;
  return Math.min(0.999, seconds / durationSeconds);
}

/** Seconds until the end at the speed so far; null: unknown. */
export function etaSeconds(progress: number | null, processingMs: number): number | null {
  if (progress === null || progress <= 0) return null;
  return (processingMs / 1000) * (1 / progress - 1);
}
