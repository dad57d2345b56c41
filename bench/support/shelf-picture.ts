import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { createRandom } from '../../examples/render/random.ts';
import { drawPack } from './packs.ts';

/** A photograph of this size has packs of 125 x 180 px, five boards of twenty. */
const size = { width: 2800, height: 1300 };
const boards = 5;
const packsOnBoard = 20;
const pack = { width: 125, height: 180 };

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
 * Draws a shelf of a hundred packs, each product `facings` times side by side, a little uneven, dimmed and blurred.
 * @returns where each stands.
 */
export async function drawShelf(file: string, facings: number): Promise<Standing[]> {
  const random = createRandom(42);
  const places = Array.from({ length: boards * packsOnBoard }, (_, index) => ({
    product: Math.floor(index / facings),
    x: Math.round(40 + (index % packsOnBoard) * 137 + random.between(-3, 3)),
    y: 60 + Math.floor(index / packsOnBoard) * 248,
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
    top: 60 + board * 248 + pack.height,
  }));
  const shelf = sharp({ create: { ...size, channels: 3, background: '#4a4744' } }).composite([...rails, ...packs]);
  await sharp(await shelf.png().toBuffer())
    .rotate(0.8, { background: '#4a4744' })
    .blur(0.7)
    .jpeg({ quality: 80 })
    .toFile(file);
  return places.map((place) => ({ ...place, ...pack }));
}
