import type { TextSettings } from '../../../../../src/models/pipeline-file.ts';
import { type LineLook, lookAtLine, looksAlike } from '../../../../../src/recognition/text/line-look.ts';
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

/** A line that was read, for those that look like it. */
interface Seen {
  look: LineLook;
  line: ReadLine;
}

/** A line must be read with this confidence before its text is given to others. */
const sureFrom = 0.9;

/**
 * The lines of text of a picture that can be read with some certainty. Alike facings show the same lines: those that look like one that
 * was read take its text.
 */
export async function readText(
  picture: DecodedPicture,
  { detector, recognizer, settings }: TextReader,
  guard: JobGuard,
): Promise<ReadLine[]> {
  const lines: ReadLine[] = [];
  const seen: Seen[] = [];
  for (const corners of await findText(picture, detector, settings, guard)) {
    guard.check();
    const look = lookAtLine(picture, corners);
    const twin = look && seen.find((each) => looksAlike(each.look, look));
    const line = twin ? { ...twin.line, corners } : await readLine(picture, corners, recognizer);
    if (look && !twin && maySpeakForOthers(line)) seen.push({ look, line });
    if (line.text !== '' && line.confidence >= settings.threshold) lines.push(line);
  }
  return lines;
}

/** Not prices and weights: 1.49 and 1.99 look almost the same. */
function maySpeakForOthers({ text, confidence }: ReadLine): boolean {
  return confidence >= sureFrom && !/\d/.test(text);
}
