import type { LocalFeaturesManifest } from '../../../../../src/models/manifest.ts';
import type { Step } from '../step.ts';
import { type FeatureSession, openFeatureSession } from './feature-session.ts';

/** Compares details of products with those of catalogue pictures, and so names them. */
export const verifyStep: Step<LocalFeaturesManifest, FeatureSession> = {
  timing: 'matchMs',
  open: (model, { modelThreads }) => openFeatureSession(model, modelThreads),
  tell: async () => null,
};
