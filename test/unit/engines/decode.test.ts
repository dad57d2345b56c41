import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { JobClock } from '../../../workers/engines/child/job-guard.ts';
import { type DecodedPicture, decodeFile } from '../../../workers/engines/child/pictures/decode.ts';
import { inspectPicture } from '../../../workers/engines/child/pictures/inspect.ts';
import { renderPicture } from '../../../workers/engines/child/pictures/render.ts';
import { setUpSharp } from '../../../workers/engines/child/pictures/sharp-setup.ts';
import { makeTestFolder } from './support/pools.ts';

const pixelLimit = 1_000_000;
const heicStart = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');

beforeAll(() => setUpSharp());

/** 40 x 20, left half red, right half blue. */
function halves(): Sharp {
  const rgb = Buffer.alloc(40 * 20 * 3);
  for (let pixel = 0; pixel < 40 * 20; pixel++) rgb[pixel * 3 + (pixel % 40 < 20 ? 0 : 2)] = 255;
  return sharp(rgb, { raw: { width: 40, height: 20, channels: 3 } });
}

async function save(name: string, bytes: Buffer | Promise<Buffer>): Promise<string> {
  const file = join(await makeTestFolder(), name);
  await writeFile(file, await bytes);
  return file;
}

function decode(file: string, limit = pixelLimit): Promise<DecodedPicture> {
  return decodeFile(file, limit);
}

function heicFixture(name: string): string {
  return join(import.meta.dirname, '../../fixtures/heic', `${name}.heic`);
}

function colorAt(picture: { rgb: Buffer; width: number }, x: number, y: number): number[] {
  return [...picture.rgb.subarray((y * picture.width + x) * 3, (y * picture.width + x) * 3 + 3)];
}

function expectColor(found: number[], expected: number[], tolerance = 40): void {
  for (const [channel, value] of expected.entries())
    expect(Math.abs(found[channel]! - value)).toBeLessThanOrEqual(tolerance);
}

describe('decoding', () => {
  test.each([
    ['JPEG', () => halves().jpeg({ quality: 95 })],
    ['progressive JPEG', () => halves().jpeg({ quality: 95, progressive: true })],
    ['PNG', () => halves().png()],
    ['PNG with a palette', () => halves().png({ palette: true })],
    ['PNG of 16 bits', () => halves().toColourspace('rgb16').png()],
    ['WebP', () => halves().webp({ quality: 95 })],
    ['GIF', () => halves().gif()],
    ['AVIF', () => halves().avif({ quality: 90 })],
  ])('%s gives sRGB of 8 bits', async (_name, make) => {
    const file = await save('picture', make().toBuffer());
    const picture = await decode(file);
    expect(picture).toMatchObject({ width: 40, height: 20 });
    expect(picture.rgb).toHaveLength(40 * 20 * 3);
    expectColor(colorAt(picture, 5, 10), [255, 0, 0]);
    expectColor(colorAt(picture, 35, 10), [0, 0, 255]);
  });

  test('CMYK gives sRGB, as far as inks can show its colours', async () => {
    const file = await save('inks.jpg', halves().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer());
    const picture = await decode(file);
    const [red, green, blue] = colorAt(picture, 5, 10);
    expect(red).toBeGreaterThan(Math.max(green!, blue!) + 100);
    const right = colorAt(picture, 35, 10);
    expect(right[2]).toBeGreaterThan(right[0]! + 50);
  });

  test('grey gives three equal channels', async () => {
    const file = await save('grey.png', halves().toColourspace('b-w').png().toBuffer());
    const [red, green, blue] = colorAt(await decode(file), 5, 10);
    expect([green, blue]).toEqual([red, red]);
  });

  test('transparency becomes white', async () => {
    const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
    const file = await save('clear.png', clear.png().toBuffer());
    expect(colorAt(await decode(file), 4, 4)).toEqual([255, 255, 255]);
  });

  test('the picture is turned as its EXIF orientation says, and its size is that of the turned one', async () => {
    const file = await save('turned.jpg', halves().jpeg({ quality: 95 }).withMetadata({ orientation: 6 }).toBuffer());
    expect((await inspectPicture(file, pixelLimit)).header).toMatchObject({ width: 20, height: 40 });
    const picture = await decode(file);
    expect(picture).toMatchObject({ width: 20, height: 40 });
    expectColor(colorAt(picture, 10, 5), [255, 0, 0]);
    expectColor(colorAt(picture, 10, 35), [0, 0, 255]);
  });

  test.each([
    ['product', { width: 160, height: 120 }],
    ['turned', { width: 120, height: 160 }],
  ])('HEIC gives sRGB of 8 bits, turned as its boxes say: %s', async (name, size) => {
    const file = heicFixture(name);
    expect((await inspectPicture(file, pixelLimit)).header).toMatchObject(size);
    const picture = await decode(file);
    expect(picture).toMatchObject(size);
    // White around the product, and the product in the middle.
    expectColor(colorAt(picture, 2, 2), [255, 255, 255]);
    expect(colorAt(picture, size.width / 2, size.height / 2)).not.toEqual(colorAt(picture, 2, 2));
  });

  test('a turned HEIC shows what the other one does', async () => {
    const product = await decode(heicFixture('product'));
    const turned = await decode(heicFixture('turned'));
    for (const [x, y] of [
      [80, 30],
      [60, 60],
      [100, 90],
    ] as const)
      expectColor(colorAt(turned, 119 - y, x), colorAt(product, x, y), 60);
  });

  test('renditions of a HEIC are JPEG', async () => {
    const target = join(await makeTestFolder(), 'small');
    const job = { id: 'a', file: heicFixture('turned'), priority: 0, renditions: [{ width: 60, target }] };
    const { written } = await renderPicture(job, await inspectPicture(job.file, pixelLimit), new JobClock(null));
    expect(written).toMatchObject([{ width: 60 }]);
    expect(await decode(target)).toMatchObject({ width: 60, height: 80 });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'a rendition is turned as the picture is: orientation %i',
    async (orientation) => {
      const bytes = await halves().resize(400, 200).jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer();
      const file = await save('turned.jpg', bytes);
      const target = join(await makeTestFolder(), 'small');
      const job = { id: 'a', file, priority: 0, renditions: [{ width: 40, target }] };
      await renderPicture(job, await inspectPicture(file, pixelLimit), new JobClock(null));
      const small = await decode(target);
      const turned = await sharp(file, { autoOrient: true })
        .resize({ width: 40 })
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([small.width, small.height]).toEqual([turned.info.width, turned.info.height]);
      for (const [x, y] of [
        [8, 4],
        [32, 16],
      ] as const)
        expectColor(colorAt(small, x, y), colorAt({ rgb: turned.data, width: 40 }, x, y));
      expect((await decode(file)).width).toBe(orientation >= 5 ? 200 : 400);
    },
  );

  test.each(['gif', 'webp'] as const)('of an animation the first frame is read: %s', async (format) => {
    const frames = Buffer.alloc(8 * 16 * 3);
    frames.fill(255, 8 * 8 * 3);
    const animation = sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } });
    const file = await save(`animation.${format}`, animation.toFormat(format).toBuffer());
    const picture = await decode(file);
    expect(picture).toMatchObject({ width: 8, height: 8 });
    expectColor(colorAt(picture, 4, 4), [0, 0, 0]);
  });
});

describe('refusing', () => {
  async function refusal(file: string, limit = pixelLimit) {
    const error = await decode(file, limit).catch((caught) => caught);
    return error.failure;
  }

  test.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'UNSUPPORTED_MEDIA'],
    ['XML', Buffer.from('\ufeff<?xml version="1.0"?><svg/>'), 'UNSUPPORTED_MEDIA'],
    ['TIFF', Buffer.concat([Buffer.from('II*\0'), Buffer.alloc(40)]), 'UNSUPPORTED_MEDIA'],
    ['PDF', Buffer.from('%PDF-1.7 and so on and on'), 'UNSUPPORTED_MEDIA'],
    ['a HEIC that is nothing but its first box', heicStart, 'INVALID_IMAGE'],
    ['an empty file', Buffer.alloc(0), 'INVALID_IMAGE'],
    ['text', Buffer.from('not a picture at all'), 'INVALID_IMAGE'],
    ['noise', randomBytes(2_000).fill(7, 0, 4), 'INVALID_IMAGE'],
    ['a JPEG that is nothing but its first bytes', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), 'INVALID_IMAGE'],
  ])('%s', async (_name, bytes, code) => {
    expect(await refusal(await save('file', bytes))).toMatchObject({ code, retryable: false });
  });

  test.each([
    ['JPEG', () => halves().resize(400, 200).jpeg()],
    ['PNG', () => halves().resize(400, 200).png()],
    ['WebP', () => halves().resize(400, 200).webp()],
  ])('a %s that was cut off', async (_name, make) => {
    const whole = await make().toBuffer();
    expect(await refusal(await save('cut', whole.subarray(0, Math.floor(whole.length * 0.6))))).toMatchObject({
      code: 'INVALID_IMAGE',
    });
  });

  test('more pixels than allowed, before decoding any', async () => {
    expect(await refusal(await save('big.png', halves().png().toBuffer()), 799)).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    });
  });

  test('nothing for a file that is not there: that is not the picture’s fault', async () => {
    expect(await refusal('/nowhere/picture.jpg')).toBeUndefined();
  });
});
