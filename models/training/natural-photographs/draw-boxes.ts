import { join } from 'node:path';
import sharp from 'sharp';
import type { DecodedPicture } from '../../../workers/engines/child/pictures/decode.ts';
import type { CountedBox } from './judged.ts';

const colours = ['#ffdd00', '#00e5ff', '#ff4dd2', '#7cff4d', '#ff9500', '#ffffff'];
/** Pixels of the longer side of a drawing: a number of two digits must fit into a small box. */
const drawnSide = 1100;

/** Writes the picture with its boxes to `<dir>/<name>.png`, each numbered in the order given; those not judged yet are dashed. */
export async function drawBoxes(
  { rgb, width, height }: DecodedPicture,
  boxes: readonly CountedBox[],
  dir: string,
  name: string,
): Promise<void> {
  const scale = drawnSide / Math.max(width, height);
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const shapes = boxes.map((box, index) => {
    const colour = colours[index % colours.length]!;
    const [x, y] = [box.x * scale, box.y * scale];
    const dash = box.is === null ? ' stroke-dasharray="10 4"' : '';
    const outline = `<rect x="${x}" y="${y}" width="${box.width * scale}" height="${box.height * scale}" fill="none" stroke="${colour}" stroke-width="3"${dash}/>`;
    const label = `<text x="${x + 4}" y="${y + 22}" fill="${colour}" stroke="#000" stroke-width="4" paint-order="stroke" font-family="DejaVu Sans" font-size="22">${index}</text>`;
    return outline + label;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${shapes.join('')}</svg>`;
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(size.width, size.height)
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toFile(join(dir, `${name}.png`));
}
