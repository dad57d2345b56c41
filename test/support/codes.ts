import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { prepareZXingModule, type WriteInputBarcodeFormat, writeBarcode } from 'zxing-wasm/writer';

/** A code to draw on a picture. */
export interface DrawnCode {
  format: WriteInputBarcodeFormat;
  text: string;
  /** Of its centre, in pixels of the picture. */
  at: readonly [x: number, y: number];
  /** Pixels of the narrowest bar. */
  modulePx: number;
  /** Degrees, clockwise. */
  angle?: number;
  /** Standard deviation in pixels. */
  blur?: number;
}

/** Pixels of a module before it is scaled to its size, so that a module may have 1.3 of them, as in a photograph. */
const drawnPx = 8;

let wasmBinary: ArrayBuffer | undefined;

async function drawCode({ format, text, modulePx, angle = 0, blur }: DrawnCode): Promise<Sharp> {
  const file = fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm'));
  wasmBinary ??= Uint8Array.from(await readFile(file)).buffer;
  prepareZXingModule({ overrides: { wasmBinary } });
  const { image, error } = await writeBarcode(text, { format, scale: drawnPx, addQuietZones: true });
  if (!image) throw new Error(`No ${format} of "${text}": ${error}`);
  const drawn = sharp(Buffer.from(await image.arrayBuffer()));
  const { width } = await drawn.metadata();
  const scaled = await drawn
    .flatten({ background: 'white' })
    .resize({ width: Math.round((width * modulePx) / drawnPx) })
    .toColourspace('srgb')
    .png()
    .toBuffer();
  const turned = await sharp(scaled).ensureAlpha().rotate(angle, { background: '#ffffff00' }).png().toBuffer();
  return blur ? sharp(turned).blur(blur) : sharp(turned);
}

/** A picture with codes drawn on it, as PNG. */
export async function drawCodes(picture: Sharp, codes: readonly DrawnCode[]): Promise<Buffer<ArrayBuffer>> {
  const layers = await Promise.all(
    codes.map(async (code) => {
      const { data, info } = await (await drawCode(code)).toBuffer({ resolveWithObject: true });
      const [x, y] = code.at;
      return { input: data, left: Math.round(x - info.width / 2), top: Math.round(y - info.height / 2) };
    }),
  );
  return Buffer.from(await picture.composite(layers).png().toBuffer());
}

/** A white picture. */
export function whitePicture(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } });
}
