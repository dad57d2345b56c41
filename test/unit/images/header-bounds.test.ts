import { describe, expect, test } from 'vitest';
import { bounds } from '../../../src/images/header/bounds.ts';
import type { ByteSource } from '../../../src/images/header/byte-source.ts';
import { readHeader } from '../../../src/images/header/read-header.ts';
import { box, codedPicture, type HeifItem, heif, properties, uint } from '../../support/heif.ts';
import {
  afterStart,
  chunk,
  exifSegment,
  findMarker,
  pngStartBytes,
  riffChunk,
  segment,
} from '../../support/picture-parts.ts';
import { picture } from '../../support/pictures.ts';

const maxPixels = 1_000_000;

/** Looks into a file and counts how often it was looked at, which is what the bounds bound. */
async function inspect(bytes: Buffer) {
  let reads = 0;
  const source: ByteSource = {
    byteLength: bytes.length,
    async read(position, atLeast) {
      reads += 1;
      return bytes.subarray(position, position + Math.max(atLeast, 64 * 1024));
    },
  };
  const outcome = await readHeader(source, maxPixels).catch((error: unknown) => error);
  return { outcome, reads };
}

function refused(message: string) {
  return { code: 'UNSUPPORTED_MEDIA', message: expect.stringContaining(message) };
}

/** Many times what is allowed. */
const flood = bounds.parts * 20;

function repeat(part: Buffer, times = flood): Buffer {
  return Buffer.alloc(part.length * times, part);
}

describe('a file of too many parts is refused after a bounded number of looks into it', () => {
  test.each([
    ['empty segments of a JPEG', async () => afterStart(await picture(), repeat(segment(0xe2)))],
    ['empty EXIF segments of a JPEG', async () => afterStart(await picture(), repeat(exifSegment(Buffer.alloc(0))))],
    [
      'empty chunks of a PNG',
      async () => {
        const png = await picture({ format: 'png' });
        return Buffer.concat([png.subarray(0, pngStartBytes), repeat(chunk('teSt')), png.subarray(pngStartBytes)]);
      },
    ],
    [
      'empty chunks of a WebP',
      async () => {
        const webp = await picture({ format: 'webp', orientation: 6 });
        const first = 12 + 18;
        const bytes = Buffer.concat([webp.subarray(0, first), repeat(riffChunk('junk')), webp.subarray(first)]);
        bytes.writeUInt32LE(bytes.length - 8, 4);
        return bytes;
      },
    ],
    [
      'empty boxes of an AVIF',
      async () => {
        const avif = await picture({ format: 'avif' });
        const first = avif.readUInt32BE(0);
        return Buffer.concat([avif.subarray(0, first), repeat(box('free')), avif.subarray(first)]);
      },
    ],
  ])('%s', async (_title, make) => {
    const { outcome, reads } = await inspect(await make());
    expect(outcome).toMatchObject(refused('segments, chunks or boxes'));
    expect(reads).toBeLessThan(bounds.parts * 10);
  });

  test('places of HEIF items that are said in no bytes at all', async () => {
    // 65,535 items of 65,535 extents each, whose positions and lengths have no bytes.
    const item = Buffer.concat([uint(2, 1, 0), uint(2, 0xffff)]);
    const places = box('iloc', Buffer.alloc(4), uint(1, 0, 0), uint(2, 0xffff), repeat(item, 0xffff));
    const items = [{ id: 1, type: 'av01', properties: [properties.size(60, 40)] }];
    const { outcome } = await inspect(heif({ items, brands: ['avif', 'mif1'], places }));
    expect(outcome).toMatchObject(refused('segments, chunks or boxes'));
  });

  test('a box that describes more than any picture needs', async () => {
    const icc = properties.profile(Buffer.alloc(bounds.heifMetaBytes));
    const items = [{ id: 1, type: 'av01', properties: [properties.size(60, 40), icc] }];
    expect((await inspect(heif({ items, brands: ['avif', 'mif1'] }))).outcome).toMatchObject(refused('bytes'));
  });
});

test('EXIF entries that all point to the same bytes are not followed', async () => {
  const count = 5000;
  const directory = Buffer.concat([
    Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8]),
    uint(2, count),
    ...Array.from({ length: count }, () => Buffer.concat([uint(2, 0x010f, 2), uint(4, 60_000, 0)])),
  ]);
  const { outcome, reads } = await inspect(afterStart(await picture(), exifSegment(directory)));
  expect(outcome).toMatchObject({ width: 60, height: 40, recordedAt: null });
  expect(reads).toBeLessThan(100);
});

test.each([
  ['restart markers', [0xff, 0xd0]],
  ['stuffed zeros', [0xff, 0]],
  ['fill bytes', [0xff, 0xff]],
])('a scan of nothing but %s is gone through in large steps', async (_title, bytes) => {
  const jpeg = await picture({ progressive: true });
  const { outcome, reads } = await inspect(
    Buffer.concat([jpeg.subarray(0, -2), repeat(Buffer.from(bytes), 2_000_000)]),
  );
  expect(outcome).toMatchObject({ width: 60, height: 40 });
  expect(reads).toBeLessThan(300);
});

describe('scans of a JPEG', () => {
  /** The last scan of a progressive picture, so often that there are as many as this in all. */
  async function withScans(wanted: number): Promise<Buffer> {
    const jpeg = await picture({ width: 200, height: 200, noise: true, format: 'jpeg', progressive: true });
    const starts: number[] = [];
    for (let at = findMarker(jpeg, 0xda); at !== -1; at = jpeg.indexOf(Buffer.from([0xff, 0xda]), at + 2))
      starts.push(at);
    const last = jpeg.subarray(starts.at(-1), -2);
    return Buffer.concat([jpeg.subarray(0, -2), repeat(last, wanted - starts.length), jpeg.subarray(-2)]);
  }

  test('are counted', async () => {
    expect((await inspect(await withScans(bounds.scans))).outcome).toMatchObject({ scans: bounds.scans, width: 200 });
    expect((await inspect(await picture())).outcome).toMatchObject({ scans: 1 });
  });

  test('are refused where there are more than any encoder writes', async () => {
    expect((await inspect(await withScans(bounds.scans + 1))).outcome).toMatchObject(refused('scans'));
  });
});

describe('a HEIF picture that is composed of others', () => {
  const tile = { type: 'av01', properties: [properties.size(500, 500)] };

  function composed(items: HeifItem[], references: [from: number, to: number[]][]) {
    const dimg = references.map(([from, to]) => ({ type: 'dimg', from, to }));
    return inspect(heif({ items, references: dimg, brands: ['avif', 'mif1'] }));
  }

  test('is read when it is a photograph of tiles', async () => {
    const items = [
      { id: 1, type: 'grid', properties: [properties.size(1000, 1000)] },
      ...[2, 3, 4, 5].map((id) => ({ id, ...tile })),
    ];
    expect((await composed(items, [[1, [2, 3, 4, 5]]])).outcome).toMatchObject({ mimeType: 'image/avif', width: 1000 });
  });

  test('is refused when all its pictures together are too large', async () => {
    const items = [
      { id: 1, type: 'iovl', properties: [properties.size(1000, 1000)] },
      { id: 2, ...tile },
    ];
    const { outcome } = await composed(items, [[1, Array.from({ length: 20 }, () => 2)]]);
    expect(outcome).toMatchObject({ code: 'IMAGE_TOO_LARGE', limit: maxPixels * bounds.heifPixelsFactor });
  });

  test('is refused when they are too many', async () => {
    const small = { type: 'av01', properties: [properties.size(10, 10)] };
    const items = [
      { id: 1, type: 'iovl', properties: [properties.size(100, 100)] },
      { id: 2, ...small },
    ];
    const { outcome } = await composed(items, [[1, Array.from({ length: bounds.heifPictures + 1 }, () => 2)]]);
    expect(outcome).toMatchObject(refused('composed of'));
  });

  test.each([
    ['in many layers', 8],
    ['of itself', 1],
  ])('is refused when it is composed %s', async (_title, layers) => {
    const overlay = { type: 'iovl', properties: [properties.size(10, 10)] };
    const items = [
      ...Array.from({ length: layers }, (_, index) => ({ id: index + 1, ...overlay })),
      { id: layers + 1, type: 'av01', properties: [properties.size(10, 10)] },
    ];
    const deeper = items.slice(0, layers).map(({ id }): [number, number[]] => [id, [layers === 1 ? id : id + 1]]);
    expect((await composed(items, deeper)).outcome).toMatchObject(refused('deep'));
  });

  test('costs what it takes, not what its picture says: overlays of overlays are added up', async () => {
    // Each of three layers shows the one below 16 times: 4,096 pictures of 10 x 10.
    const overlay = { type: 'iovl', properties: [properties.size(10, 10)] };
    const items = [1, 2, 3].map((id): HeifItem => ({ id, ...overlay }));
    items.push({ id: 4, type: 'av01', properties: [properties.size(10, 10)] });
    const { outcome } = await composed(
      items,
      [1, 2, 3].map((id) => [id, Array.from({ length: 16 }, () => id + 1)]),
    );
    expect(outcome).toMatchObject(refused('composed of'));
  });

  test('of nothing is broken', async () => {
    const { configuration, data } = codedPicture(await picture({ format: 'avif' }));
    const items = [{ id: 1, type: 'grid', data, properties: [properties.size(10, 10), configuration] }];
    expect((await composed(items, [])).outcome).toMatchObject({ code: 'INVALID_IMAGE' });
  });
});
