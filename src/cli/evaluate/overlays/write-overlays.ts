import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse, resolve } from 'node:path';
import sharp from 'sharp';
import type { EnginePool } from '../../../../workers/engines/pool/pool.ts';
import type { EvaluatedPicture } from '../../../recognition/evaluation/evaluate.ts';
import { type Outcome, sortOutcome } from '../../../recognition/evaluation/outcome.ts';
import type { TruePicture } from '../truth.ts';
import { drawOutcome } from './draw-outcome.ts';
import { legendBackground } from './legend.ts';

/** Pixels; enough to see what a product is, and few enough for any viewer. */
const mostWidth = 2400;
/** Smaller pictures are enlarged: their legend would be too small to read. */
const leastWidth = 1000;

export interface OverlayPlan {
  /** Folder of the photographs. */
  images: string;
  pictures: readonly TruePicture[];
  /** In the order of `pictures`. */
  evaluated: readonly EvaluatedPicture[];
  /** Folder to write to; it must exist. */
  target: string;
}

/**
 * Writes a copy of each picture with its misses and false alarms drawn on it.
 * @param onWritten is called after each
 */
export async function writeOverlays(plan: OverlayPlan, pool: EnginePool, onWritten: () => void): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'sightline-overlays-'));
  const names = overlayNames(plan.pictures.map(({ file }) => file));
  try {
    for (const [index, picture] of plan.pictures.entries()) {
      const copy = join(scratch, 'picture.jpg');
      await renderCopy(resolve(plan.images, picture.file), copy, pool);
      await draw(copy, picture, sortOutcome(plan.evaluated[index]!), join(plan.target, names[index]!));
      onWritten();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** By an engine, which reads every supported format and rotates the picture upright. */
async function renderCopy(file: string, copy: string, pool: EnginePool): Promise<void> {
  const renditions = [{ width: mostWidth, target: copy }];
  const outcome = await pool.render({ id: file, file, priority: 0, renditions });
  if (!outcome.ok) throw new Error(`${file} could not be drawn on: ${outcome.failure.message}`);
}

async function draw(copy: string, picture: TruePicture, outcome: Outcome, target: string): Promise<void> {
  const rendered = await sharp(copy).metadata();
  const width = Math.max(leastWidth, rendered.width);
  const height = Math.round((rendered.height * width) / rendered.width);
  const { svg, legendHeight } = drawOutcome({ width, height }, outcome, width / picture.width);
  await sharp(copy)
    .resize(width, height, { fit: 'fill' })
    .extend({ top: legendHeight, background: legendBackground })
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 88 })
    .toFile(target);
}

/** Never the name of a picture, because its folder may be the target; numbered if pictures differ only in their extension. */
export function overlayNames(files: readonly string[]): string[] {
  const stems = files.map((file) => parse(file).name);
  return stems.map((stem, index) => {
    const earlier = stems.slice(0, index).filter((other) => other === stem).length;
    return `${stem}-overlay${earlier === 0 ? '' : `-${earlier + 1}`}.jpg`;
  });
}
