import type { EmbedderManifest } from '../../../../../src/models/manifest.ts';
import type { Box } from '../../../../../src/recognition/box.ts';
import { decodeEmbedding } from '../../../../../src/recognition/decoders/embedding.ts';
import { normalizeEmbedding } from '../../../../../src/recognition/embedding.ts';
import { fitFrame } from '../../../../../src/recognition/letterbox.ts';
import type { JobGuard } from '../../job-guard.ts';
import type { ModelSession } from '../../models/model-session.ts';
import { runBatches } from '../../models/run-batches.ts';
import { cutRegion } from '../../pictures/cut.ts';
import type { DecodedPicture } from '../../pictures/decode.ts';

/** One L2-normalised embedding for each region of whole pixels, in their order. */
export async function embedRegions(
  picture: DecodedPicture,
  regions: readonly Box[],
  { embedder }: { embedder: ModelSession<EmbedderManifest> },
  guard: JobGuard,
): Promise<Float32Array[]> {
  const { input, output } = embedder.model.manifest;
  const embeddings: Float32Array[] = [];
  await runBatches(
    embedder,
    regions.length,
    async (index) => {
      const region = regions[index]!;
      const { width, height } = fitFrame(region, input, input.resize);
      return { width, height, rgb: await cutRegion(picture, region, { width, height }) };
    },
    (outputs, first, pictures) => {
      for (let index = 0; index < pictures; index++) {
        embeddings[first + index] = normalizeEmbedding(decodeEmbedding(outputs, output, index));
      }
    },
    guard,
  );
  return embeddings;
}
