import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ImageHeader, readImageHeader } from '../../../src/images/header/read-header.ts';
import { codedPicture, heif, properties } from '../../support/heif.ts';
import {
  afterStart,
  chunk,
  exifSegment,
  findMarker,
  pngEndBytes,
  pngStartBytes,
  segment,
  tiff,
} from '../../support/picture-parts.ts';
import { picture } from '../../support/pictures.ts';

/** What is read at once, twice over: what lies behind is found by looking there. */
const far = Buffer.alloc(1024 * 1024, 0x20);
const turnedTiff = tiff({ main: { 274: 6 }, details: { 36867: '2024:05:06 07:08:09', 36881: '+02:00' } });
const turnedHeader = { width: 40, height: 60, orientation: 6, recordedAt: new Date('2024-05-06T05:08:09.000Z') };

async function headerOf(bytes: Buffer): Promise<ImageHeader> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-header-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'picture');
  await writeFile(file, bytes);
  return readImageHeader(file, 50_000_000);
}

describe('the EXIF block of a picture is found wherever it lies', () => {
  test('behind the pixels of a PNG, where it says the date but does not turn, as in browsers', async () => {
    const png = await picture({ format: 'png' });
    const bytes = Buffer.concat([png.subarray(0, -pngEndBytes), chunk('eXIf', turnedTiff), png.subarray(-pngEndBytes)]);
    const { recordedAt } = turnedHeader;
    expect(await headerOf(bytes)).toMatchObject({ width: 60, height: 40, orientation: 1, recordedAt });
  });

  test('behind a megabyte of text in a PNG', async () => {
    const png = await picture({ format: 'png' });
    const text = chunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), far]));
    const parts = [png.subarray(0, pngStartBytes), text, chunk('eXIf', turnedTiff), png.subarray(pngStartBytes)];
    expect(await headerOf(Buffer.concat(parts))).toMatchObject(turnedHeader);
  });

  test('behind other segments of a JPEG, the first of two', async () => {
    const other = segment(0xe2, far.subarray(0, 65_000));
    const second = exifSegment(tiff({ main: { 274: 3 } }));
    const bytes = afterStart(
      await picture(),
      ...Array.from({ length: 16 }, () => other),
      exifSegment(turnedTiff),
      second,
    );
    expect(await headerOf(bytes)).toMatchObject(turnedHeader);
  });

  test('behind the pixels of a WebP', async () => {
    const bytes = await picture({ format: 'webp', width: 1200, height: 800, noise: true, orientation: 6 });
    expect(bytes.length).toBeGreaterThan(512 * 1024);
    expect(await headerOf(bytes)).toMatchObject({ width: 800, height: 1200, orientation: 6 });
  });

  test('behind the pixels of an AVIF, where it says the date but not the turn', async () => {
    const { configuration, data } = codedPicture(await picture({ format: 'avif' }));
    const items = [
      { id: 1, type: 'av01', data: Buffer.concat([data, far]), properties: [configuration, properties.size(60, 40)] },
      { id: 2, type: 'Exif', data: Buffer.concat([Buffer.alloc(4), turnedTiff]) },
    ];
    const references = [{ type: 'cdsc', from: 2, to: [1] }];
    const bytes = heif({ items, references, brands: ['avif', 'mif1'] });
    const { recordedAt } = turnedHeader;
    expect(await headerOf(bytes)).toMatchObject({ width: 60, height: 40, orientation: 1, recordedAt });
  });
});

describe('a JPEG', () => {
  /** The same picture with another kind of coding in its frame header. */
  async function coded(marker: number, bits = 8): Promise<Buffer> {
    const jpeg = await picture();
    const frame = findMarker(jpeg, 0xc0, 0xc2);
    jpeg[frame + 1] = marker;
    jpeg[frame + 4] = bits;
    return jpeg;
  }

  test.each([
    ['lossless', 0xc3, 8],
    ['JPEG-LS', 0xf7, 8],
    ['hierarchical', 0xc5, 8],
    ['lossless JPEG with arithmetic', 0xcb, 8],
    ['12 bits', 0xc1, 12],
  ])('of a kind that is not decoded is named: %s', async (kind, marker, bits) => {
    const error = await headerOf(await coded(marker, bits)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'UNSUPPORTED_MEDIA', message: expect.stringContaining(kind) });
  });

  test('with arithmetic coding is read', async () => {
    expect(await headerOf(await coded(0xc9))).toMatchObject({ width: 60, height: 40 });
  });

  test('with bytes between its segments that belong to none is read, as libjpeg does it', async () => {
    const jpeg = await picture();
    const at = findMarker(jpeg, 0xdb);
    const stray = Buffer.from([1, 2, 3, 0xff, 0x00, 4, 0xff, 0xff]);
    const bytes = Buffer.concat([jpeg.subarray(0, at), stray, jpeg.subarray(at)]);
    expect(await headerOf(bytes)).toMatchObject({ width: 60, height: 40 });
  });
});

describe('AVIF and HEIC', () => {
  test.each(['avis', 'mif1', 'miaf', 'MA1B', 'msf1', 'heic'])(
    'are told apart by what the picture is coded with, whatever the first brand is: %s',
    async (brand) => {
      const avif = await picture({ format: 'avif' });
      avif.write(brand, 8, 'latin1');
      expect(await headerOf(avif)).toMatchObject({ mimeType: 'image/avif', width: 60, height: 40 });
    },
  );

  test.each([
    ['turned left', [properties.rotation(1)], { width: 40, height: 60, orientation: 8 }],
    ['mirrored', [properties.mirror(1)], { width: 60, height: 40, orientation: 2 }],
    ['turned and mirrored', [properties.rotation(3), properties.mirror(1)], { width: 40, height: 60, orientation: 5 }],
    [
      'cropped, then turned',
      [properties.crop(30, 20, -30, 20), properties.rotation(1)],
      { width: 20, height: 30, orientation: 8, heif: { crop: { left: 0, top: 20, width: 30, height: 20 } } },
    ],
    [
      'turned, then cropped',
      [properties.rotation(1), properties.crop(20, 30, 20, 30)],
      // Right of what is shown is the bottom of what is stored, and its bottom is the left.
      { width: 20, height: 30, orientation: 8, heif: { crop: { left: 0, top: 20, width: 30, height: 20 } } },
    ],
  ])('are cropped and turned in the order of their boxes: %s', async (_title, boxes, expected) => {
    const items = [{ id: 1, type: 'av01', properties: [properties.size(60, 40), ...boxes] }];
    expect(await headerOf(heif({ items, brands: ['avif', 'mif1'] }))).toMatchObject(expected);
  });

  test.each([
    ['a sequence of pictures', ['avis', 'msf1']],
    ['a video', ['isom', 'mp42']],
  ])('without a picture are refused as what they are: %s', async (kind, [major, other]) => {
    const bytes = heif({ items: [{ id: 1, type: 'av01' }], brands: [major!, other!] });
    bytes.write('free', bytes.indexOf('meta', 0, 'latin1'), 'latin1');
    const error = await headerOf(bytes).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'UNSUPPORTED_MEDIA', message: expect.stringContaining(kind) });
  });
});

describe('the date of a picture', () => {
  test.each([
    ['2024:05:06 18:31:30', '+02:00', '2024-05-06T16:31:30.000Z'],
    ['2024:05:06 18:31:30', '-0330', '2024-05-06T22:01:30.000Z'],
    ['2024:05:06 18:31:30+0200', undefined, '2024-05-06T16:31:30.000Z'],
    ['2024:05:06 18:31:30.250+09:00', undefined, '2024-05-06T09:31:30.250Z'],
    ['2024:05:06 18:31:30Z', '+05:00', '2024-05-06T18:31:30.000Z'],
    ['2024:05:06 18:31:30', '+99:00', '2024-05-06T18:31:30.000Z'],
    ['2024:02:29 10:00:00', undefined, '2024-02-29T10:00:00.000Z'],
  ])('%s with the zone %s is %s', async (taken, zone, expected) => {
    const details: Record<number, string> = { 36867: taken };
    if (zone) details[36881] = zone;
    const { recordedAt } = await headerOf(afterStart(await picture(), exifSegment(tiff({ details }))));
    expect(recordedAt?.toISOString()).toBe(expected);
  });

  test.each([
    '2024:02:30 10:00:00',
    '2023:02:29 10:00:00',
    '2023:04:31 10:00:00',
    '2024:01:01 24:00:00',
    '2024:13:01 10:00:00',
    '2016:12:31 23:59:60',
    '0000:01:01 00:00:00',
    '0001:01:01 00:00:00',
    '2024:05:06 06:31:30 PM',
    '    :  :     :  :  ',
  ])('that no calendar shows is none: %s', async (taken) => {
    const exif = exifSegment(tiff({ details: { 36867: taken } }));
    expect((await headerOf(afterStart(await picture(), exif))).recordedAt).toBeNull();
  });

  test('is that of the file where the camera wrote none', async () => {
    const exif = exifSegment(tiff({ main: { 306: '2024:05:06 18:31:30' }, details: { 36880: '+01:00' } }));
    const { recordedAt } = await headerOf(afterStart(await picture(), exif));
    expect(recordedAt?.toISOString()).toBe('2024-05-06T17:31:30.000Z');
  });
});
