import type { TextSettings } from '../../../../../src/models/pipeline-file.ts';
import type { JobGuard } from '../../job-guard.ts';
import type { DecodedPicture } from '../../pictures/decode.ts';
import { findText } from './find-text.ts';
import { type ReadLine, readLine } from './read-line.ts';
import type { TextDetector, TextRecognizer } from './text-models.ts';

export interface TextReader {
  detector: TextDetector;
  recognizer: TextRecognizer;
  settings: TextSettings;
}

/** The lines of text of a picture that can be read with some certainty. */
export async function readText(
  picture: DecodedPicture,
  { detector, recognizer, settings }: TextReader,
  guard: JobGuard,
): Promise<ReadLine[]> {
  const lines: ReadLine[] = [];
  for (const corners of await findText(picture, detector, settings, guard)) {
    guard.check();
    const line = await readLine(picture, corners, recognizer);
    if (line.text !== '' && line.confidence >= settings.threshold) lines.push(line);
  }
  return lines;
}
