import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { headerBytes, readHeader } from '../../../src/images/header.ts';
import { UnusablePictureError } from '../../../src/images/unusable-picture.ts';
import { type PictureOptions, picture } from '../../support/pictures.ts';

/** What the server does with a file: its beginning at first, all of it when that is not enough. */
function headerOf(bytes: Buffer) {
  const start = bytes.subarray(0, headerBytes);
  return readHeader(start, start.length === bytes.length) ?? readHeader(bytes, true)!;
}

function faultOf(bytes: Buffer, complete = true): UnusablePictureError {
  try {
    readHeader(bytes, complete);
  } catch (error) {
    if (error instanceof UnusablePictureError) return error;
    throw error;
  }
  throw new Error('It was taken.');
}

function heic(name: string): Promise<Buffer> {
  return readFile(join(import.meta.dirname, '../../fixtures/heic', `${name}.heic`));
}

describe('the header of a picture', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('says the type and size of %s', async (format) => {
    const header = headerOf(await picture({ format, width: 61, height: 43 }));
    expect(header).toMatchObject({ mimeType: `image/${format}`, width: 61, height: 43, recordedAt: null });
  });

  it.each(
    (['jpeg', 'png', 'webp', 'avif'] as const).flatMap((format) =>
      [1, 2, 3, 4, 5, 6, 7, 8].map((o) => [format, o] as const),
    ),
  )('says the size of %s with orientation %i as the decoder delivers it', async (format, orientation) => {
    const bytes = await picture({ format, orientation });
    const decoded = await sharp(bytes, { autoOrient: true }).raw().toBuffer({ resolveWithObject: true });
    const { width, height } = headerOf(bytes);
    expect({ width, height }).toEqual({ width: decoded.info.width, height: decoded.info.height });
  });

  it.each([
    ['product', { width: 160, height: 120 }],
    ['turned', { width: 120, height: 160 }],
  ])('says the size of a HEIC as it is shown, and when it was taken: %s', async (name, size) => {
    const taken = new Date('2024-05-06T05:08:09.000Z');
    const header = headerOf(await heic(name));
    expect(header).toMatchObject({ mimeType: 'image/heic', ...size, orientation: 1, recordedAt: taken });
  });

  it('finds the orientation of a WebP behind more pixels than are read at first', async () => {
    const options: PictureOptions = { format: 'webp', width: 1200, height: 800, noise: true, orientation: 6 };
    const bytes = await picture(options);
    expect(bytes.length).toBeGreaterThan(headerBytes);
    expect(headerOf(bytes)).toMatchObject({ width: 800, height: 1200 });
  });

  it('asks for the whole file when the size lies behind large metadata', async () => {
    const bytes = await picture();
    const segment = Buffer.concat([Buffer.from([0xff, 0xe4, 0xff, 0xff]), Buffer.alloc(0xfffd)]);
    const large = Buffer.concat([bytes.subarray(0, 2), ...Array.from({ length: 9 }, () => segment), bytes.subarray(2)]);
    expect(readHeader(large.subarray(0, headerBytes), false)).toBeNull();
    expect(readHeader(large, true)).toMatchObject({ width: 60, height: 40 });
  });

  it.each([
    ['with an offset', { taken: '2024:05:06 07:08:09', offset: '+02:00' }, '2024-05-06T05:08:09.000Z'],
    ['without one as UTC', { taken: '2024:05:06 07:08:09' }, '2024-05-06T07:08:09.000Z'],
    ['of zeros as none', { taken: '0000:00:00 00:00:00' }, undefined],
  ])('reads when it was taken, %s', async (_title, options, expected) => {
    expect(headerOf(await picture(options)).recordedAt?.toISOString()).toBe(expected);
  });

  it('counts for the type, not what the file is called', async () => {
    expect(faultOf(Buffer.from('hello'))).toMatchObject({ fault: 'INVALID_IMAGE' });
    expect(faultOf(Buffer.alloc(0)).message).toContain('empty');
  });

  it.each([
    ['TIFF', picture({ format: 'tiff' })],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['SVG', Buffer.from('\ufeff<?xml version="1.0"?><svg/>')],
    ['PDF', Buffer.from('%PDF-1.7')],
    ['BMP', Buffer.from('BM      ')],
    ['MP4', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomavc1')],
  ])('refuses %s as unsupported and says what it is', async (name, bytes) => {
    expect(faultOf(await bytes)).toMatchObject({ fault: 'UNSUPPORTED_MEDIA', message: expect.stringContaining(name) });
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'heic'] as const)(
    'never fails but with a reason, wherever a %s is cut off or damaged',
    async (format) => {
      const options = { orientation: 6, taken: '2024:05:06 07:08:09' };
      const bytes = format === 'heic' ? await heic('turned') : await picture({ format, ...options });
      for (let length = 0; length <= bytes.length; length += 1) {
        const damaged = Buffer.from(bytes);
        damaged.fill(0xff, length, Math.min(length + 4, bytes.length));
        for (const broken of [bytes.subarray(0, length), damaged]) {
          try {
            const { width, height } = readHeader(broken, true)!;
            expect([width, height].every((pixels) => Number.isInteger(pixels) && pixels > 0)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(UnusablePictureError);
          }
        }
      }
    },
  );
});
