import { classLabel, type DetectorManifest } from '../../../../../src/models/manifest.ts';
import { decodeDetections } from '../../../../../src/recognition/decoders/index.ts';
import type { ModelSession } from '../../models/model-session.ts';
import { openSession } from '../../models/sessions.ts';
import { warmUp } from '../../models/warm-up.ts';
import { type Step, unguarded } from '../step.ts';
import { detectProducts, untiled } from './detect.ts';

/** Finds products: boxes. */
export const detectStep: Step<DetectorManifest, ModelSession<DetectorManifest>> = {
  timing: 'inferenceMs',
  async open(model, { threads, provider }) {
    const session = await openSession(model, threads, provider);
    return warmUp(session, (outputs) => decodeDetections(outputs, model.manifest, 0, 1));
  },
  async tell(detector, picture) {
    const { manifest, variant } = detector.model;
    const settings = { maxDetections: 1_000, tiling: untiled, steps: { detector: { nmsIou: 0.5 } } };
    const threshold = manifest.variants[variant]!.threshold;
    const boxes = await detectProducts(picture, { detector, settings }, threshold, unguarded);
    const surest = boxes.slice(0, 3).map(({ x, y, width, height, score, label }) => {
      const box = [x, y, width, height].map(Math.round).join(' ');
      return `${label === null ? '' : `${classLabel(manifest.labels[label]!).name} at `}${box} (${score.toFixed(2)})`;
    });
    return `${boxes.length} boxes above ${threshold}${surest.length > 0 ? `, the surest: ${surest.join(', ')}` : ''}`;
  },
};
