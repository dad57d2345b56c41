import sharp, { type Sharp } from 'sharp';
import { Typesetter } from '../../src/drawing/text.ts';

/** A price tag to draw on a picture: a white rectangle with lines of text below each other. */
export interface DrawnTag {
  /** Of its upper left corner, in pixels of the picture. */
  at: readonly [x: number, y: number];
  width: number;
  height: number;
  /** With the size of each in pixels. */
  lines: readonly (readonly [text: string, size: number])[];
}

/** The picture with tags on it, as PNG. */
export async function drawTags(picture: Sharp, tags: readonly DrawnTag[]): Promise<Buffer<ArrayBuffer>> {
  const layers = tags.map((tag) => ({ input: toSvg(tag), left: tag.at[0], top: tag.at[1] }));
  return Buffer.from(
    await sharp(await picture.png().toBuffer())
      .composite(layers)
      .png()
      .toBuffer(),
  );
}

function toSvg({ width, height, lines }: DrawnTag): Buffer {
  const setter = new Typesetter();
  let y = 2;
  const drawn = lines.map(([text, size]) => {
    y += size;
    const line = setter.line(text, 8, y, size, '#000000');
    y += size * 0.15;
    return line;
  });
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${setter.definitions()}<rect width="100%" height="100%" fill="#ffffff"/>${drawn.join('')}</svg>`,
  );
}
