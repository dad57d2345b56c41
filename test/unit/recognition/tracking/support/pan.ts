import { seededRandom } from '../../../../../models/training/random.ts';
import type { Box } from '../../../../../src/recognition/box.ts';
import {
  compose,
  invert,
  mapBox,
  mapPoint,
  type Point,
  type Similarity,
} from '../../../../../src/recognition/tracking/similarity.ts';
import type { TrackedFrame } from '../../../../../src/recognition/tracking/state.ts';

/** A simulated video of a shelf: what a detector finds in each frame, and which product each box is of. */
export interface Pan {
  frames: TrackedFrame[];
  /** By frame and box: the product's index; null: a false alarm. */
  truth: (number | null)[][];
  /** Products that were found in at least two frames. */
  shown: number;
  /** Frame to shelf. */
  places: Similarity[];
}

export interface PanSettings {
  seed: number;
  rows: number;
  /** Groups of alike facings in a row. */
  groups: number;
  frames: number;
  /** Of the frame's width, from one frame to the next. */
  step: number;
  /** Back again over the same shelf. */
  returns: boolean;
  /** Largest turn in radians, zoom as a factor over the whole pan, and shake as part of the frame's width. */
  turn: number;
  zoom: number;
  shake: number;
  /** Of products: not found in a frame. Of boxes: false alarms. Of a box's size: error of each of its sides. */
  missed: number;
  falseAlarms: number;
  jitter: number;
  /** Whether products are named, as by a catalogue. */
  named: boolean;
  /** Whether the pixels show how far the content moved, within a hundredth of the frame's width. */
  seesMotion: boolean;
}

export const usualPan: PanSettings = {
  ...{ seed: 1, rows: 4, groups: 14, frames: 24, step: 0.15, returns: false },
  ...{
    turn: 0.04,
    zoom: 1.15,
    shake: 0.02,
    missed: 0.08,
    falseAlarms: 0.02,
    jitter: 0.03,
    named: false,
    seesMotion: false,
  },
};

const frameSize = { width: 1280, height: 960 };

export function simulatePan(settings: PanSettings): Pan {
  const random = seededRandom(settings.seed);
  const products = standProducts(settings, random);
  const length = Math.max(...products.map(({ x, width }) => x + width));
  const places = Array.from({ length: settings.frames }, (_, index) => cameraAt(index, settings, length, random));
  const shots = places.map((place, index) => {
    const moved = settings.seesMotion && index > 0 ? motion(places[index - 1]!, place, random) : undefined;
    return shoot(products, place, index, moved, settings, random);
  });
  const counts = products.map((_, product) => shots.filter(({ truth }) => truth.includes(product)).length);
  return {
    frames: shots.map(({ frame }) => frame),
    truth: shots.map(({ truth }) => truth),
    shown: counts.filter((count) => count >= 2).length,
    places,
  };
}

type Product = Box & { item: number };

/** Rows of about 230 px, filled with groups of one to five alike facings, in pixels of the first frame. */
function standProducts({ rows, groups }: PanSettings, random: () => number): Product[] {
  const height = frameSize.height / rows;
  return Array.from({ length: rows }, (_, row) => {
    let left = 10;
    return Array.from({ length: groups }, (__, group) => {
      const width = height * (0.3 + 0.5 * random());
      const tall = height * (0.6 + 0.3 * random());
      return Array.from({ length: 1 + Math.floor(random() * 5) }, (): Product => {
        const x = left;
        left += width * 1.03;
        return { x, y: (row + 0.95) * height - tall, width, height: tall, item: row * groups + group };
      });
    }).flat();
  }).flat();
}

/** Frame to shelf: the camera goes to the right, and back. */
function cameraAt(index: number, settings: PanSettings, length: number, random: () => number): Similarity {
  const { frames, step, returns, turn, zoom, shake } = settings;
  const half = (frames - 1) / 2;
  const along = returns && index > half ? frames - 1 - index : index;
  const scale = 1 / zoom ** (index / Math.max(1, frames - 1));
  const angle = turn * Math.sin(index / 3);
  const tremble = () => (random() - 0.5) * 2 * shake * frameSize.width;
  const x = Math.min(along * step * frameSize.width, Math.max(0, length - frameSize.width));
  const a = scale * Math.cos(angle);
  const b = scale * Math.sin(angle);
  const [middleX, middleY] = [frameSize.width / 2, frameSize.height / 2];
  // Turned and zoomed about the middle of the frame.
  const tx = x + middleX - (a * middleX - b * middleY) + tremble();
  const ty = middleY - (b * middleX + a * middleY) + tremble();
  return compose({ a: 1, b: 0, tx: 0, ty: 0 }, { a, b, tx, ty });
}

/** Of what was in the middle of the frame. */
function motion(before: Similarity, now: Similarity, random: () => number): Point {
  const middle: Point = [frameSize.width / 2, frameSize.height / 2];
  const [x, y] = mapPoint(compose(invert(now), before), middle);
  const error = () => (random() - 0.5) * 0.02 * frameSize.width;
  return [x - middle[0] + error(), y - middle[1] + error()];
}

function shoot(
  products: Product[],
  place: Similarity,
  index: number,
  moved: Point | undefined,
  settings: PanSettings,
  random: () => number,
) {
  const back = invert(place);
  const boxes: TrackedFrame['boxes'][number][] = [];
  const truth: (number | null)[] = [];
  for (const [product, one] of products.entries()) {
    const box = mapBox(back, one);
    const seen = cut(box);
    if (!seen || seen.width * seen.height < 0.3 * box.width * box.height) continue;
    if (random() < settings.missed) continue;
    const key = settings.named && random() < 0.5 ? `item-${one.item}` : null;
    boxes.push({ ...blur(seen, settings.jitter, random), key, confidence: 0.5 + 0.5 * random() });
    truth.push(product);
  }
  const alarms = boxes.filter(() => random() < settings.falseAlarms);
  for (const { width, height } of alarms) {
    const x = random() * (frameSize.width - width);
    boxes.push({ x, y: random() * (frameSize.height - height), width, height, key: null, confidence: 0.5 });
    truth.push(null);
  }
  return { frame: { ...frameSize, timeSeconds: index / 2, boxes, moved }, truth };
}

function cut(box: Box): Box | null {
  const left = Math.max(0, box.x);
  const top = Math.max(0, box.y);
  const right = Math.min(frameSize.width, box.x + box.width);
  const bottom = Math.min(frameSize.height, box.y + box.height);
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

function blur({ x, y, width, height }: Box, jitter: number, random: () => number): Box {
  const off = (size: number) => (random() - 0.5) * 2 * jitter * size;
  return { x: x + off(width), y: y + off(height), width: width + off(width), height: height + off(height) };
}
