import { findContentBox } from '../../src/recognition/content-box.ts';
import { encodeFeatures } from '../../src/recognition/local-features/encoding.ts';
import type { DecodedPicture } from './decode.ts';
import { embedRegions } from './embed.ts';
import type { JobGuard } from './job-guard.ts';
import type { DescribeJob, JobKinds } from './jobs.ts';
import type { ReadyProductPipeline } from './loaded-pipelines.ts';
import { extractFeatures, frameCatalogPicture } from './local-features/extract.ts';

/** The embedding of a catalogue picture, its plain border left out, and its local features where they are wanted. */
export async function describePicture(
  picture: DecodedPicture,
  pipeline: ReadyProductPipeline,
  { features }: Pick<DescribeJob, 'features'>,
  guard: JobGuard,
): Promise<JobKinds['describe']['result']> {
  const content = findContentBox(picture.rgb, picture);
  const [embedding] = await embedRegions(picture, [content], pipeline, guard);
  guard.check();
  const { verifier } = pipeline;
  const found =
    features && verifier ? await extractFeatures(await frameCatalogPicture(picture, content, verifier.sessions)) : null;
  return {
    ok: true,
    width: picture.width,
    height: picture.height,
    embedding: embedding!,
    modelVersion: pipeline.settings.embedderVersion,
    features: found && encodeFeatures(found),
  };
}
