import type { LocalFeaturesManifest } from '../../../../../src/models/manifest.ts';
import type { Step } from '../step.ts';
import { type FeatureSession, openFeatureSession } from './feature-session.ts';

/** Names products by comparing their local features with those of catalogue pictures. */
export const verifyStep: Step<LocalFeaturesManifest, FeatureSession> = {
  timing: 'matchMs',
  open: (model, { modelThreads }) => openFeatureSession(model, modelThreads),
  tell: async () => null,
};
