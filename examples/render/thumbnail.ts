import sharp from 'sharp';
import { type Product, sharedDefs } from './pack.ts';
import { num, radial } from './svg.ts';

const sidePx = 500;
const packPx = 440;

/** The pack alone on white, as wholesalers send it: 500 x 500 px, lit from the front, a soft shadow where it stands. */
export function thumbnailSvg(product: Product): string {
  const scale = packPx / Math.max(product.widthMm, product.heightMm);
  const width = product.widthMm * scale;
  const height = product.heightMm * scale;
  const left = (sidePx - width) / 2;
  const top = (sidePx - height) / 2;
  const shadow = radial('floor', 0.5, 0.5, 0.5, [
    [0, '#000', 0.42],
    [0.7, '#000', 0.18],
    [1, '#000', 0],
  ]);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${sidePx}" height="${sidePx}"><defs>${sharedDefs}${shadow}${product.artwork.defs}</defs>` +
    `<rect width="${sidePx}" height="${sidePx}" fill="#fff"/>` +
    `<ellipse cx="${sidePx / 2}" cy="${num(top + height)}" rx="${num(width * 0.5)}" ry="7" fill="url(#floor)"/>` +
    `<g transform="translate(${num(left)} ${num(top)}) scale(${num(scale)})">${product.artwork.body}</g></svg>`
  );
}

/** Draws the thumbnail as a file: JPEG where it is smaller, PNG for every third so that both are met in the demo. */
export function drawThumbnail(product: Product, format: 'png' | 'jpg'): Promise<Buffer> {
  const picture = sharp(Buffer.from(thumbnailSvg(product))).removeAlpha();
  return format === 'png'
    ? picture.png({ compressionLevel: 9, palette: true, colours: 256, dither: 0.6 }).toBuffer()
    : picture.jpeg({ quality: 88 }).toBuffer();
}
