import { findContentBox } from '../../src/recognition/content-box.ts';
import type { DecodedPicture } from './decode.ts';
import { embedRegions } from './embed.ts';
import type { JobGuard } from './job-guard.ts';
import type { JobKinds } from './jobs.ts';
import type { ReadyProductPipeline } from './loaded-pipelines.ts';

/** The embedding of a catalogue picture, its plain border left out. */
export async function describePicture(
  picture: DecodedPicture,
  pipeline: ReadyProductPipeline,
  guard: JobGuard,
): Promise<JobKinds['describe']['result']> {
  const [embedding] = await embedRegions(picture, [findContentBox(picture.rgb, picture)], pipeline, guard);
  return {
    ok: true,
    width: picture.width,
    height: picture.height,
    embedding: embedding!,
    modelVersion: pipeline.settings.embedderVersion,
  };
}
