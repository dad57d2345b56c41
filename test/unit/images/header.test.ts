import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { ByteSource } from '../../../src/images/header/byte-source.ts';
import { type ImageHeader, readHeader } from '../../../src/images/header/read-header.ts';
import { UnreadablePictureError } from '../../../src/images/header/unreadable-picture.ts';
import { picture } from '../../support/pictures.ts';

const maxPixels = 50_000_000;

/** Bytes in memory as a file: never more at once than asked for, so that what is asked for must be right. */
function source(bytes: Buffer): ByteSource {
  return {
    byteLength: bytes.length,
    read: async (position, atLeast) => bytes.subarray(position, position + atLeast),
  };
}

function headerOf(bytes: Buffer): Promise<ImageHeader> {
  return readHeader(source(bytes), maxPixels);
}

async function faultOf(bytes: Buffer): Promise<UnreadablePictureError> {
  const error = await headerOf(bytes).catch((caught: unknown) => caught);
  if (error instanceof UnreadablePictureError) return error;
  throw new Error('It was taken.', { cause: error });
}

function heic(name: string): Promise<Buffer> {
  return readFile(join(import.meta.dirname, '../../fixtures/heic', `${name}.heic`));
}

describe('the header of a picture', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('says the type and size of %s', async (format) => {
    const header = await headerOf(await picture({ format, width: 61, height: 43 }));
    expect(header).toMatchObject({ mimeType: `image/${format}`, width: 61, height: 43, recordedAt: null });
  });

  test.each(
    (['jpeg', 'png', 'webp', 'avif'] as const).flatMap((format) =>
      [1, 2, 3, 4, 5, 6, 7, 8].map((o) => [format, o] as const),
    ),
  )('says the size of %s with orientation %i as the decoder delivers it', async (format, orientation) => {
    const bytes = await picture({ format, orientation });
    const decoded = await sharp(bytes, { autoOrient: true }).raw().toBuffer({ resolveWithObject: true });
    const { width, height } = await headerOf(bytes);
    expect({ width, height }).toEqual({ width: decoded.info.width, height: decoded.info.height });
  });

  test.each([
    ['product', { width: 160, height: 120 }],
    ['turned', { width: 120, height: 160 }],
  ])('says the size of a HEIC as it is shown, and when it was taken: %s', async (name, size) => {
    const taken = new Date('2024-05-06T05:08:09.000Z');
    const header = await headerOf(await heic(name));
    expect(header).toMatchObject({ mimeType: 'image/heic', ...size, recordedAt: taken });
  });

  test.each([
    ['with an offset', { taken: '2024:05:06 07:08:09', offset: '+02:00' }, '2024-05-06T05:08:09.000Z'],
    ['without one as UTC', { taken: '2024:05:06 07:08:09' }, '2024-05-06T07:08:09.000Z'],
    ['of zeros as none', { taken: '0000:00:00 00:00:00' }, undefined],
  ])('reads when it was taken, %s', async (_title, options, expected) => {
    expect((await headerOf(await picture(options))).recordedAt?.toISOString()).toBe(expected);
  });

  test('is refused of what is no picture', async () => {
    expect(await faultOf(Buffer.from('hello'))).toMatchObject({ code: 'INVALID_IMAGE' });
    expect((await faultOf(Buffer.alloc(0))).message).toContain('empty');
  });

  test.each([
    ['TIFF', picture({ format: 'tiff' })],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['SVG', Buffer.from('\ufeff<?xml version="1.0"?><svg/>')],
    ['PDF', Buffer.from('%PDF-1.7')],
    ['BMP', Buffer.from('BM      ')],
    ['MP4', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomavc1')],
  ])('refuses %s as unsupported and says what it is', async (name, bytes) => {
    expect(await faultOf(await bytes)).toMatchObject({
      code: 'UNSUPPORTED_MEDIA',
      message: expect.stringContaining(name),
    });
  });

  test.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'heic'] as const)(
    'never fails but with a reason, wherever a %s is cut off or damaged',
    async (format) => {
      const options = { orientation: 6, taken: '2024:05:06 07:08:09' };
      const bytes = format === 'heic' ? await heic('turned') : await picture({ format, ...options });
      for (let length = 0; length <= bytes.length; length += 1) {
        const damaged = Buffer.from(bytes);
        damaged.fill(0xff, length, Math.min(length + 4, bytes.length));
        for (const broken of [bytes.subarray(0, length), damaged]) {
          try {
            const { width, height } = await headerOf(broken);
            expect([width, height].every((pixels) => Number.isInteger(pixels) && pixels > 0)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(UnreadablePictureError);
          }
        }
      }
    },
  );
});
