import type { Quadrilateral } from '../../../src/recognition/text/quadrilateral.ts';
import { decodeFile } from '../../../workers/engines/child/pictures/decode.ts';
import type { ReadyProductPipeline } from '../../../workers/engines/child/pipelines/loaded-pipelines.ts';
import { readText, type TextReader } from '../../../workers/engines/child/steps/text/read-text.ts';
import { lowerQuality, MAX_PIXELS, type Quality } from '../packs.ts';

/** A picture as the engine reads it. */
export interface ReadPicture {
  lines: { text: string; confidence: number; corners: Quadrilateral }[];
}

/** Loads the text models of a pipeline. @throws Error for one that reads no text. */
export async function openReader({
  settings,
  textDetector,
  textRecognizer,
}: ReadyProductPipeline): Promise<TextReader> {
  if (!settings.text || !textDetector || !textRecognizer) throw new Error(`${settings.key} reads no text.`);
  return { detector: await textDetector(), recognizer: await textRecognizer(), settings: settings.text };
}

export async function readPicture(file: string, quality: Quality, reader: TextReader): Promise<ReadPicture> {
  const picture = await lowerQuality(await decodeFile(file, MAX_PIXELS), quality);
  return { lines: await readText(picture, reader, { check() {} }) };
}
