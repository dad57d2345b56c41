import type { ClassifierManifest } from '../../../../../src/models/manifest.ts';
import type { Box } from '../../../../../src/recognition/box.ts';
import { decodeLogits } from '../../../../../src/recognition/decoders/logits.ts';
import type { FoundLabel } from '../../../../../src/recognition/labels.ts';
import { fitFrame } from '../../../../../src/recognition/letterbox.ts';
import type { JobGuard } from '../../job-guard.ts';
import type { ModelSession } from '../../models/model-session.ts';
import { runBatches } from '../../models/run-batches.ts';
import { cutRegion } from '../../pictures/cut.ts';
import type { DecodedPicture } from '../../pictures/decode.ts';

interface Classifying {
  classifier: ModelSession<ClassifierManifest>;
}

/** The confidence of every label of the model, in its order, for the whole picture. */
export async function classifyPicture(
  picture: DecodedPicture,
  classifying: Classifying,
  guard: JobGuard,
): Promise<FoundLabel[]> {
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const [labels] = await classifyRegions(picture, [whole], classifying, guard);
  return labels!;
}

/** The same for regions of whole pixels, in their order. */
export async function classifyRegions(
  picture: DecodedPicture,
  regions: readonly Box[],
  { classifier }: Classifying,
  guard: JobGuard,
): Promise<FoundLabel[][]> {
  const { input, output, labels } = classifier.model.manifest;
  const sizes = regions.map((region) => fitFrame(region, input, input.resize));
  const found: FoundLabel[][] = [];
  await runBatches(
    classifier,
    regions.length,
    async (index) => {
      const { width, height } = sizes[index]!;
      return { width, height, rgb: await cutRegion(picture, regions[index]!, { width, height }) };
    },
    (outputs, first, pictures) => {
      for (let index = 0; index < pictures; index++) {
        const chances = decodeLogits(outputs, output.tensors, index, labels.length);
        found[first + index] = labels.map((label, entry) => ({ ...label, confidence: chances[entry]! }));
      }
    },
    guard,
  );
  return found;
}
