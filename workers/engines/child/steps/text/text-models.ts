import type { TextDetectorManifest, TextRecognizerManifest } from '../../../../../src/models/manifest.ts';
import type { FrameSession } from '../../models/open-frame-session.ts';

/** A text detector, ready to run. */
export interface TextDetector {
  session: FrameSession;
  manifest: TextDetectorManifest;
}

/** A text recogniser, ready to run. */
export interface TextRecognizer {
  session: FrameSession;
  manifest: TextRecognizerManifest;
  /** Of each class but the first, in their order; the last is a space. */
  characters: readonly string[];
}
