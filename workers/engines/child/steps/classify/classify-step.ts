import type { ClassifierManifest } from '../../../../../src/models/manifest.ts';
import { decodeLogits } from '../../../../../src/recognition/decoders/logits.ts';
import type { ModelSession } from '../../models/model-session.ts';
import { openSession } from '../../models/sessions.ts';
import { warmUp } from '../../models/warm-up.ts';
import { type Step, unguarded } from '../step.ts';
import { classifyPicture } from './classify.ts';

/** Labels a picture as a whole. */
export const classifyStep: Step<ClassifierManifest, ModelSession<ClassifierManifest>> = {
  timing: 'inferenceMs',
  async open(model, { threads, provider }) {
    const { output, labels } = model.manifest;
    const session = await openSession(model, threads, provider);
    return warmUp(session, (outputs) => decodeLogits(outputs, output.tensors, 0, labels.length));
  },
  async tell(classifier, picture) {
    const labels = await classifyPicture(picture, { classifier }, unguarded);
    const likeliest = labels.sort((a, b) => b.confidence - a.confidence).slice(0, 3);
    return `the labels ${likeliest.map(({ name, confidence }) => `${name} (${confidence.toFixed(2)})`).join(', ')}`;
  },
};
