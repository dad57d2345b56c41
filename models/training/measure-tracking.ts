/**
 * How well products of a shelf are counted along a pan: a camera goes over the drawn shelves of examples/, the detector looks at each frame,
 * and tracks are compared with the facings that truth.json lists, beside those of a tracker from frame to frame.
 *
 *   node models/training/measure-tracking.ts [pipeline]
 *
 * The camera turns by up to 3 degrees, zooms, shakes, and blurs the frames; two samples lie 15 % of a frame's width apart. Figures:
 * docs/models.md.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { examplesDir } from '../../src/cli/demo/examples.ts';
import { loadPipelines } from '../../src/models/load-pipelines.ts';
import { type Box, clampBox, overlap, type Size } from '../../src/recognition/box.ts';
import { ShiftMeter } from '../../src/recognition/tracking/frame-shift.ts';
import { invert, mapBox, mapPoint, type Similarity } from '../../src/recognition/tracking/similarity.ts';
import type { TrackedFrame } from '../../src/recognition/tracking/state.ts';
import { createTracker } from '../../src/recognition/tracking/tracker.ts';
import { judgeTracks } from '../../test/unit/recognition/tracking/support/count.ts';
import type { Pan } from '../../test/unit/recognition/tracking/support/pan.ts';
import { trackBySort } from '../../test/unit/recognition/tracking/support/sort.ts';
import {
  getEmbeddingPipeline,
  type ReadyProductPipeline,
  readyPipelines,
} from '../../workers/engines/child/pipelines/loaded-pipelines.ts';
import { detectProducts } from '../../workers/engines/child/steps/detect/detect.ts';
import { unguarded } from '../../workers/engines/child/steps/step.ts';
import { seededRandom } from './random.ts';

interface Shelf {
  file: string;
  width: number;
  height: number;
  facings: { box: Box }[];
}

const [key = 'shelf-fast@2'] = process.argv.slice(2);
const pipeline = await openPipeline();
const { manifest, variant } = pipeline.detector.model;
const { threshold } = manifest.variants[variant]!;
const { shelves } = JSON.parse(await readFile(join(examplesDir, 'truth.json'), 'utf8')) as { shelves: Shelf[] };

for (const shelf of shelves) {
  const pan = await filmShelf(shelf);
  const tracker = createTracker({ thingsMove: false, leastConfidence: threshold });
  const blind = createTracker({ thingsMove: false, leastConfidence: threshold });
  const found = pan.frames.reduce((sum, { boxes }) => sum + boxes.length, 0) / pan.frames.length;
  console.log(`${shelf.file}: ${pan.frames.length} frames of ${Math.round(found)} boxes`);
  tell(
    'tracks',
    pan,
    pan.frames.map((frame) => tracker.advance(frame).trackIds),
  );
  tell(
    'by boxes alone',
    pan,
    pan.frames.map(({ moved: _, ...frame }) => blind.advance(frame).trackIds),
  );
  tell('from frame to frame', pan, trackBySort(pan.frames));
}

async function openPipeline(): Promise<ReadyProductPipeline> {
  const all = await loadPipelines(join(import.meta.dirname, '..'));
  return getEmbeddingPipeline(
    await readyPipelines(
      all.filter((one) => one.key === key),
      1,
    ),
    key,
  );
}

function tell(what: string, pan: Pan, trackIds: (number | null)[][]): void {
  const { tracks, shown, switches, mixed } = judgeTracks(pan, trackIds);
  console.log(`  ${what}: ${tracks} tracks of ${shown} products, ${switches} switches, ${mixed} tracks of several`);
}

/** Over the upper half to the right and over the lower half back, nearer and nearer by a quarter in all. */
async function filmShelf(shelf: Shelf): Promise<Pan> {
  const random = seededRandom(1);
  const file = await readFile(join(examplesDir, shelf.file));
  const { data, info } = await sharp(file).rotate().removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const picture: RawPicture = { width: info.width, height: info.height, pixels: data };
  const frame = { width: Math.round(shelf.width * 0.45), height: Math.round(shelf.height * 0.6) };
  const frames: TrackedFrame[] = [];
  const truth: (number | null)[][] = [];
  const places = planPath(shelf, frame, random);
  const meter = new ShiftMeter();
  for (const [index, place] of places.entries()) {
    const rgb = await takeFrame(picture, frame, place, 0.3 + 1.2 * random());
    const boxes = await detectProducts({ ...frame, rgb }, pipeline, threshold, unguarded);
    const moved = meter.measure(rgb, frame);
    const seen = boxes.map((box) => ({ ...box, key: null, confidence: box.score }));
    frames.push({ ...frame, timeSeconds: index / 2, boxes: seen, moved });
    truth.push(seen.map((box) => facingOf(box, shelf.facings, frame, place)));
  }
  const counts = shelf.facings.map((_, facing) => truth.filter((some) => some.includes(facing)).length);
  return { frames, truth, places, shown: counts.filter((count) => count >= 2).length };
}

/** Frame to picture. */
function planPath(shelf: Size, frame: Size, random: () => number): Similarity[] {
  const step = 0.15 * frame.width;
  const margin = 0.08;
  const left = shelf.width * margin;
  const right = shelf.width * (1 - margin) - frame.width;
  const count = Math.max(2, Math.ceil((right - left) / step));
  const row = (y: number, back: boolean) =>
    Array.from({ length: count + 1 }, (_, index) => [
      left + ((back ? count - index : index) / count) * (right - left),
      y,
    ]);
  const upper = shelf.height * 0.05;
  const lower = shelf.height * 0.95 - frame.height;
  const down = [0.33, 0.67].map((part) => [right, upper + part * (lower - upper)]);
  const corners = [...row(upper, false), ...down, ...row(lower, true)];
  return corners.map(([x, y], index) => {
    const scale = 0.8 ** (index / corners.length);
    const turn = 0.05 * Math.sin(index / 3);
    const tremble = () => (random() - 0.5) * 0.03 * frame.width;
    const [a, b] = [scale * Math.cos(turn), scale * Math.sin(turn)];
    const [middleX, middleY] = [frame.width / 2, frame.height / 2];
    const [shakenX, shakenY] = [x! + middleX + tremble(), y! + middleY + tremble()];
    return { a, b, tx: shakenX - (a * middleX - b * middleY), ty: shakenY - (b * middleX + a * middleY) };
  });
}

/** What the camera sees from there, a little out of focus and compressed. */
async function takeFrame(shelf: RawPicture, frame: Size, place: Similarity, blur: number): Promise<Buffer> {
  const seen = Buffer.alloc(3 * frame.width * frame.height);
  for (let y = 0; y < frame.height; y++) {
    for (let x = 0; x < frame.width; x++) {
      const [u, v] = mapPoint(place, [x, y]);
      sample(shelf, u, v, seen, 3 * (y * frame.width + x));
    }
  }
  const raw = { ...frame, channels: 3 } as const;
  const jpeg = await sharp(seen, { raw }).blur(blur).jpeg({ quality: 80 }).toBuffer();
  return sharp(jpeg).raw().toBuffer();
}

interface RawPicture extends Size {
  pixels: Buffer;
}

/** Bilinear; grey beside the picture. */
function sample({ width, height, pixels }: RawPicture, x: number, y: number, into: Buffer, at: number): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) {
    into.fill(128, at, at + 3);
    return;
  }
  const across = x - left;
  const down = y - top;
  const first = 3 * (top * width + left);
  const below = first + 3 * width;
  for (let channel = 0; channel < 3; channel++) {
    const upper = pixels[first + channel]! * (1 - across) + pixels[first + 3 + channel]! * across;
    const lower = pixels[below + channel]! * (1 - across) + pixels[below + 3 + channel]! * across;
    into[at + channel] = Math.round(upper * (1 - down) + lower * down);
  }
}

function facingOf(box: Box, facings: Shelf['facings'], frame: Size, place: Similarity): number | null {
  const back = invert(place);
  const overlaps = facings.map((facing) => {
    const shown = clampBox(mapBox(back, facing.box), frame);
    return shown ? overlap(shown, box) : 0;
  });
  const best = overlaps.indexOf(Math.max(...overlaps));
  return overlaps[best]! >= 0.5 ? best : null;
}
