import type { ModelManifest } from '../../../../src/models/manifest.ts';
import { classifyStep } from './classify/classify-step.ts';
import { detectStep } from './detect/detect-step.ts';
import { embedStep } from './embed/embed-step.ts';
import type { Step } from './step.ts';
import { textDetectorStep } from './text/text-detector-step.ts';
import { textRecognizerStep } from './text/text-recognizer-step.ts';
import { verifyStep } from './verify/verify-step.ts';

/** The step of each kind of model. */
const steps = {
  detector: detectStep,
  embedder: embedStep,
  classifier: classifyStep,
  'local-features': verifyStep,
  'text-detector': textDetectorStep,
  'text-recognizer': textRecognizerStep,
} as const satisfies Record<ModelManifest['kind'], object>;

/** A kind of model as its step opens it. */
export type ReadyModel<Kind extends keyof typeof steps> = Awaited<ReturnType<(typeof steps)[Kind]['open']>>;

/** The step for a kind of model; the result of its `open` is the input of its `tell`. */
export function stepOf(kind: ModelManifest['kind']): Step<ModelManifest, unknown> {
  // Only each step knows which kinds of models and opened models belong together.
  return steps[kind] as unknown as Step<ModelManifest, unknown>;
}
