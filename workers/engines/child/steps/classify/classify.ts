import type { ClassifierManifest } from '../../../../../src/models/manifest.ts';
import { decodeLogits } from '../../../../../src/recognition/decoders/logits.ts';
import type { FoundLabel } from '../../../../../src/recognition/labels.ts';
import { fitFrame } from '../../../../../src/recognition/letterbox.ts';
import type { JobGuard } from '../../job-guard.ts';
import type { ModelSession } from '../../models/model-session.ts';
import { runBatches } from '../../models/run-batches.ts';
import { cutRegion } from '../../pictures/cut.ts';
import type { DecodedPicture } from '../../pictures/decode.ts';

/** The confidence of every label of the model, in its order. */
export async function classifyPicture(
  picture: DecodedPicture,
  { classifier }: { classifier: ModelSession<ClassifierManifest> },
  guard: JobGuard,
): Promise<FoundLabel[]> {
  const { input, output, labels } = classifier.model.manifest;
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const size = fitFrame(picture, input, input.resize);
  const found: FoundLabel[] = [];
  await runBatches(
    classifier,
    1,
    async () => ({ width: size.width, height: size.height, rgb: await cutRegion(picture, whole, size) }),
    (outputs) => {
      const chances = decodeLogits(outputs, output.tensors, 0, labels.length);
      found.push(...labels.map((label, index) => ({ ...label, confidence: chances[index]! })));
    },
    guard,
  );
  return found;
}
