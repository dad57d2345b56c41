import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { createRandom } from '../../examples/render/random.ts';
import { drawPack } from './packs.ts';

/** Boards with packs. */
export interface Boards {
  boards: number;
  packsOnBoard: number;
}

/** A hundred packs on 2,800 x 1,300 px. */
export const shelf: Boards = { boards: 5, packsOnBoard: 20 };
/** 330 packs on 4,170 x 2,788 px: as many, and as large, as on a photograph of 12 megapixels. */
export const bay: Boards = { boards: 11, packsOnBoard: 30 };

/** In pixels of the picture. */
const pack = { width: 125, height: 180 };
const pitch = { x: 137, y: 248 };
const margin = { left: 40, right: 20, top: 60 };
/** The camera is not quite level. */
const tiltDegrees = 0.8;

/** A pack on the shelf: which product, and where in the picture. */
export interface Standing {
  product: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Draws the catalogue: one file for each product, on white as wholesalers send it. @returns the files. */
export function drawCatalogue(folder: string, count: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const file = join(folder, `pack-${number}.png`);
      const border = { top: 20, bottom: 20, left: 80, right: 80, background: '#fff' };
      await writeFile(
        file,
        await sharp(await drawPack(number))
          .extend(border)
          .png()
          .toBuffer(),
      );
      return file;
    }),
  );
}

/**
 * Draws boards full of packs, each product `facings` times side by side, a little uneven, dimmed and blurred.
 * @returns where each stands.
 */
export async function drawShelf(file: string, { boards, packsOnBoard }: Boards, facings: number): Promise<Standing[]> {
  const random = createRandom(42);
  const size = { width: margin.left + packsOnBoard * pitch.x + margin.right, height: margin.top + boards * pitch.y };
  const places = Array.from({ length: boards * packsOnBoard }, (_, index) => ({
    product: Math.floor(index / facings),
    x: Math.round(margin.left + (index % packsOnBoard) * pitch.x + random.between(-3, 3)),
    y: margin.top + Math.floor(index / packsOnBoard) * pitch.y,
  }));
  const packs = await Promise.all(
    places.map(async ({ product, x, y }) => ({
      input: await sharp(await drawPack(product))
        .resize({ ...pack, fit: 'fill' })
        .modulate({ brightness: random.between(0.85, 1) })
        .png()
        .toBuffer(),
      left: x,
      top: y,
    })),
  );
  const rails = Array.from({ length: boards }, (_, board) => ({
    input: { create: { width: size.width, height: 34, channels: 3 as const, background: '#d8d8d4' } },
    left: 0,
    top: margin.top + board * pitch.y + pack.height,
  }));
  const empty = sharp({ create: { ...size, channels: 3, background: '#4a4744' } }).composite([...rails, ...packs]);
  await sharp(await empty.png().toBuffer())
    .rotate(tiltDegrees, { background: '#4a4744' })
    .blur(0.7)
    .jpeg({ quality: 80 })
    .toFile(file);
  return places.map((place) => ({ ...place, ...pack, ...tilt(place, size) }));
}

/** Where a pack is after the picture was turned clockwise, which also makes the picture larger. */
function tilt({ x, y }: { x: number; y: number }, { width, height }: { width: number; height: number }) {
  const [cos, sin] = [Math.cos((tiltDegrees * Math.PI) / 180), Math.sin((tiltDegrees * Math.PI) / 180)];
  const [fromX, fromY] = [x + pack.width / 2 - width / 2, y + pack.height / 2 - height / 2];
  return {
    x: (width * cos + height * sin) / 2 + fromX * cos - fromY * sin - pack.width / 2,
    y: (width * sin + height * cos) / 2 + fromX * sin + fromY * cos - pack.height / 2,
  };
}
