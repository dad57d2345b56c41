import type { Box } from '../../../../src/recognition/box.ts';
import { arrangeLines, type TextLine } from '../../../../src/recognition/text/text-line.ts';
import type { JobGuard } from '../job-guard.ts';
import type { DecodedPicture } from '../pictures/decode.ts';
import { readText } from '../steps/text/read-text.ts';
import type { ReadyProductPipeline } from './loaded-pipelines.ts';

/** The text of a picture, with the detections that it is on. Throws if the pipeline reads none. */
export async function readTextOf(
  picture: DecodedPicture,
  { settings, textDetector, textRecognizer }: ReadyProductPipeline,
  detections: readonly Box[],
  guard: JobGuard,
): Promise<TextLine[]> {
  if (!settings.text || !textDetector || !textRecognizer) throw new Error(`Pipeline ${settings.key} reads no text.`);
  guard.check();
  const reader = { detector: await textDetector(), recognizer: await textRecognizer(), settings: settings.text };
  return arrangeLines(await readText(picture, reader, guard), detections);
}
