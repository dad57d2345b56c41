import type { Box } from '../../../../src/recognition/box.ts';
import { findContentBox } from '../../../../src/recognition/content-box.ts';
import { encodeViews } from '../../../../src/recognition/local-features/encoding.ts';
import type { LocalFeatures } from '../../../../src/recognition/local-features/features.ts';
import type { DescribeJob, JobKinds } from '../../protocol/jobs.ts';
import type { JobGuard } from '../job-guard.ts';
import type { DecodedPicture } from '../pictures/decode.ts';
import { embedRegions } from '../steps/embed/embed.ts';
import type { FeatureSession } from '../steps/verify/feature-session.ts';
import { frameFromAfar, frameRegion } from '../steps/verify/frames.ts';
import type { ReadyProductPipeline } from './loaded-pipelines.ts';

/** The embedding of a catalogue picture without its plain border, and its local features if requested. */
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
  const views = features && verifier ? await lookClosely(picture, content, verifier) : null;
  return {
    ok: true,
    width: picture.width,
    height: picture.height,
    embedding: embedding!,
    modelVersion: pipeline.settings.embedderVersion,
    features: views && encodeViews(views),
  };
}

/** The local features of the product in a catalogue picture, from near and from afar. */
function lookClosely(picture: DecodedPicture, content: Box, session: FeatureSession): Promise<LocalFeatures[]> {
  return Promise.all(
    [frameRegion, frameFromAfar].map(async (frame) => {
      const { rgb, valid } = await frame(picture, content, session.side);
      return session.run(rgb, valid);
    }),
  );
}
