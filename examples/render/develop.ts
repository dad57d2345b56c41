import sharp from 'sharp';
import { createLens, type Lens } from './camera.ts';
import type { LookPlan, ShelfPlan } from './plan.ts';
import { createRandom } from './random.ts';
import type { Scene } from './scene.ts';

/** Eight-bit RGB rows without padding. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Takes the photograph: lens, light, sensor, JPEG. */
export async function takePhotograph(plan: ShelfPlan, scene: Scene): Promise<{ file: Buffer; lens: Lens }> {
  const lens = createLens(plan.widthPx, plan.heightPx, scene.marginMm * scene.pixelsPerMm, plan.camera);
  const seen = bendThroughLens(await paint(scene), plan.widthPx, plan.heightPx, lens);
  const blurred = await blur(seen, plan.look.blurPx);
  return { file: await encode(expose(blurred, plan.look, plan.seed), plan), lens };
}

/** The scene in pixels, with its margin. */
export async function paint(scene: Scene): Promise<Pixels> {
  const { data, info } = await sharp(Buffer.from(scene.svg), { limitInputPixels: 1e8, unlimited: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

export async function blur({ data, width, height }: Pixels, blurPx: number): Promise<Pixels> {
  const blurred = await sharp(data, { raw: { width, height, channels: 3 } })
    .blur(blurPx)
    .raw()
    .toBuffer();
  return { data: blurred, width, height };
}

/** Looks up every pixel of the photograph in the scene, between its four neighbours. */
export function bendThroughLens(scene: Pixels, width: number, height: number, lens: Lens): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, target = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [sx, sy] = lens.toScene(x, y);
      const left = Math.min(scene.width - 2, Math.max(0, Math.floor(sx)));
      const top = Math.min(scene.height - 2, Math.max(0, Math.floor(sy)));
      const fx = Math.min(1, Math.max(0, sx - left));
      const fy = Math.min(1, Math.max(0, sy - top));
      const at = (top * scene.width + left) * 3;
      const below = at + scene.width * 3;
      for (let channel = 0; channel < 3; channel++) {
        const upper = scene.data[at + channel]! * (1 - fx) + scene.data[at + 3 + channel]! * fx;
        const lower = scene.data[below + channel]! * (1 - fx) + scene.data[below + 3 + channel]! * fx;
        data[target++] = Math.round(upper * (1 - fy) + lower * fy);
      }
    }
  }
  return { data, width, height };
}

/** Brightness that falls off to the corners and down the shelf, the lamps' colour, and the sensor's noise. */
export function expose(picture: Pixels, look: LookPlan, seed: number): Pixels {
  const random = createRandom(seed + 7);
  const { width, height } = picture;
  const half = Math.hypot(width, height) / 2;
  const tint = [look.warmth, 1, 2 - look.warmth];
  const data = new Uint8Array(picture.data.length);
  for (let y = 0, index = 0; y < height; y++) {
    const fromLamps = 1.06 - (0.16 * y) / height;
    for (let x = 0; x < width; x++) {
      const fromMiddle = Math.hypot(x - width * 0.48, y - height * 0.42) / half;
      const light = look.exposure * fromLamps * (1 - look.vignette * fromMiddle * fromMiddle);
      const grain = random.normal() * look.noise;
      for (let channel = 0; channel < 3; channel++, index++) {
        // Lifted blacks and a soft shoulder: a telephone's picture has neither pure black nor hard white.
        const value = 10 + picture.data[index]! * light * tint[channel]! * 0.95;
        const soft = value > 225 ? 225 + (value - 225) * 0.55 : value;
        data[index] = Math.min(255, Math.max(0, Math.round(soft + grain + random.normal() * look.noise * 0.4)));
      }
    }
  }
  return { data, width, height };
}

/** A JPEG as a telephone writes it: pixels lie as the sensor lay, EXIF says how the telephone was held. */
function encode(picture: Pixels, plan: ShelfPlan): Promise<Buffer> {
  const raw = sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } });
  const jpeg = { quality: plan.look.quality, chromaSubsampling: '4:2:0' as const };
  if (plan.exif === undefined) return raw.jpeg(jpeg).toBuffer();
  const { orientation, takenAt, offset } = plan.exif;
  const turn = { 1: 0, 6: 270, 8: 90 }[orientation];
  return raw
    .rotate(turn)
    .withExif({
      IFD0: { Make: 'Sightline', Model: 'examples/render.ts', DateTime: takenAt },
      IFD2: { DateTimeOriginal: takenAt, OffsetTimeOriginal: offset },
    })
    .withMetadata({ orientation })
    .jpeg(jpeg)
    .toBuffer();
}
