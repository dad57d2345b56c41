import { waysToRead } from '../../../../../src/recognition/text/directions.ts';
import type { Quadrilateral } from '../../../../../src/recognition/text/quadrilateral.ts';
import { type ReadText, readCharacters } from '../../../../../src/recognition/text/read-characters.ts';
import { straighten, straightSize } from '../../../../../src/recognition/text/straighten.ts';
import { roundUp } from '../../../../../src/recognition/text/text-map.ts';
import type { DecodedPicture } from '../../pictures/decode.ts';
import type { TextRecognizer } from './text-models.ts';

/** A line that was read; its corners begin where the text does. */
export interface ReadLine extends ReadText {
  corners: Quadrilateral;
}

/** Widths of inputs are multiples of this, so that few different ones occur. */
const widthStep = 32;

/** Reads one line. One that is higher than wide is read in every direction that it may have, and the most certain reading counts. */
export async function readLine(
  picture: DecodedPicture,
  corners: Quadrilateral,
  recognizer: TextRecognizer,
): Promise<ReadLine> {
  let best: ReadLine | null = null;
  for (const turned of waysToRead(corners)) {
    const reading = await readUpright(picture, turned, recognizer);
    if (best === null || reading.confidence > best.confidence) best = reading;
  }
  return best!;
}

async function readUpright(
  picture: DecodedPicture,
  corners: Quadrilateral,
  { session, manifest, characters }: TextRecognizer,
): Promise<ReadLine> {
  const { height, leastWidth, maxWidth } = manifest.input;
  const size = straightSize(corners, height, maxWidth);
  const rgb = straighten(picture, corners, size);
  const frame = { width: Math.max(leastWidth, roundUp(size.width, widthStep)), height };
  const { data } = await session.run({ picture: { ...size, rgb }, frame });
  const { text, confidence } = readCharacters(data, characters);
  return { text: text.normalize('NFC').trim(), confidence, corners };
}
