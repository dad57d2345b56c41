import type { EmbedderManifest } from '../../../../../src/models/manifest.ts';
import { decodeEmbedding } from '../../../../../src/recognition/decoders/embedding.ts';
import type { ModelSession } from '../../models/model-session.ts';
import { isForThreads, openSession, openThreadedSession } from '../../models/sessions.ts';
import { warmUp } from '../../models/warm-up.ts';
import { type Step, unguarded } from '../step.ts';
import { embedRegions } from './embed.ts';

/** Computes an embedding of each region of a picture. */
export const embedStep: Step<EmbedderManifest, ModelSession<EmbedderManifest>> = {
  timing: 'inferenceMs',
  async open(model, { threads, modelThreads, provider }) {
    const session = (await isForThreads(model))
      ? await openThreadedSession(model, modelThreads, provider)
      : await openSession(model, threads, provider);
    return warmUp(session, (outputs) => decodeEmbedding(outputs, model.manifest.output, 0));
  },
  async tell(embedder, picture) {
    const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
    const [embedding] = await embedRegions(picture, [whole], { embedder }, unguarded);
    const start = [...embedding!.subarray(0, 4)].map((value) => value.toFixed(3)).join(', ');
    return `an embedding of ${embedding!.length} numbers: ${start}, ...`;
  },
};
