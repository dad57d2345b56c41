import type { Config } from '../config.ts';
import { creditsOf, mostFrames, type Sampling } from '../video-analyses/sampling.ts';

/** How long a video of an organisation may be. @param planned the plan's limit; null: none of its own */
export function mostVideoSeconds({ maxVideoSeconds }: Pick<Config, 'maxVideoSeconds'>, planned: number | null): number {
  return Math.min(maxVideoSeconds, planned ?? Number.POSITIVE_INFINITY);
}

/** What the analysis of a video of this duration costs at most. */
export function mostCredits(sampling: Sampling, seconds: number): number {
  return creditsOf(mostFrames(sampling, seconds));
}
