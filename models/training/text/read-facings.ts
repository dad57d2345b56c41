import { appendFile, readFile } from 'node:fs/promises';
import type { CornerNumbers } from '../../../src/recognition/rounding.ts';
import { arrangeLines } from '../../../src/recognition/text/text-line.ts';
import { decodeFile } from '../../../workers/engines/child/pictures/decode.ts';
import type { ReadyProductPipeline } from '../../../workers/engines/child/pipelines/loaded-pipelines.ts';
import { detectProducts } from '../../../workers/engines/child/steps/detect/detect.ts';
import { readText, type TextReader } from '../../../workers/engines/child/steps/text/read-text.ts';
import { MAX_PIXELS, type Photo } from '../packs.ts';

/** The text on the product in the middle of a photograph. */
export interface ReadFacing {
  lines: { text: string; confidence: number; corners: CornerNumbers }[];
}

const unguarded = { check() {} };

/**
 * Reads photographs, and keeps the lines on the product that a person holds: those in the largest box around the middle. Without
 * such a box all lines count.
 * @param wanted indexes of photographs.
 * @param file keeps what was read, a line a photograph; absent: nothing is kept.
 */
export async function readFacings(
  photos: readonly Photo[],
  wanted: readonly number[],
  { pipeline, reader }: { pipeline: ReadyProductPipeline; reader: TextReader },
  file: string | undefined,
): Promise<Map<number, ReadFacing>> {
  const kept = file ? await readFile(file, 'utf8').catch(() => '') : '';
  const found = new Map<number, ReadFacing>();
  for (const row of kept.split('\n')) {
    if (row === '') continue;
    const { photo, lines } = JSON.parse(row);
    found.set(photo, { lines });
  }
  for (const photo of wanted.filter((each) => !found.has(each))) {
    const facing = await readFacing(photos[photo]!.file, pipeline, reader);
    found.set(photo, facing);
    if (file) await appendFile(file, `${JSON.stringify({ photo, ...facing })}\n`);
  }
  return found;
}

async function readFacing(file: string, pipeline: ReadyProductPipeline, reader: TextReader): Promise<ReadFacing> {
  const picture = await decodeFile(file, MAX_PIXELS);
  const { detector } = pipeline;
  const { threshold } = detector.model.manifest.variants[detector.model.variant]!;
  const boxes = await detectProducts(picture, pipeline, threshold!, unguarded);
  const [x, y] = [picture.width / 2, picture.height / 2];
  const held = boxes
    .filter((box) => box.x <= x && x <= box.x + box.width && box.y <= y && y <= box.y + box.height)
    .sort((a, b) => b.width * b.height - a.width * a.height)[0];
  const lines = arrangeLines(await readText(picture, reader, unguarded), held ? [held] : []);
  return {
    lines: lines
      .filter(({ detection }) => !held || detection === 0)
      .map(({ text, confidence, corners }) => ({ text, confidence, corners })),
  };
}
