import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { JobClock } from '../../../workers/engines/child/job-guard.ts';
import { type DecodedFile, decodeFile } from '../../../workers/engines/child/pictures/decode.ts';
import { inspectPicture } from '../../../workers/engines/child/pictures/inspect.ts';
import { renderPicture } from '../../../workers/engines/child/pictures/render.ts';
import { setUpSharp } from '../../../workers/engines/child/pictures/sharp-setup.ts';
import { codedPicture, type HeifItem, heif, properties } from '../../support/heif.ts';
import { findMarker } from '../../support/picture-parts.ts';
import { makeTestFolder } from './support/pools.ts';

const maxPixels = 1_000_000;
/** Where sharp itself has made what is expected: the engine's allow-list lets it read no bytes afterwards. */
const expected: { profile: Buffer } = { profile: Buffer.alloc(0) };

beforeAll(async () => {
  const p3 = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
    .withIccProfile('p3')
    .png()
    .toBuffer();
  expected.profile = (await sharp(p3).metadata()).icc!;
  setUpSharp();
});

/** Noise, smooth enough for a JPEG to need many blocks. */
function scene(width = 200, height = 150): Sharp {
  const rgb = Buffer.alloc(width * height * 3);
  for (let at = 0; at < rgb.length; at += 1) rgb[at] = (at * 7919) % 251;
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

async function save(bytes: Buffer): Promise<string> {
  const file = join(await makeTestFolder(), 'picture');
  await writeFile(file, bytes);
  return file;
}

async function decode(bytes: Buffer): Promise<DecodedFile> {
  return decodeFile(await save(bytes), maxPixels);
}

function pixelAt({ rgb, width }: DecodedFile, x: number, y: number): number[] {
  return [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

function expectNear(found: number[], wanted: number[], tolerance: number): void {
  for (const [channel, value] of wanted.entries())
    expect(Math.abs(found[channel]! - value), `${found} is not ${wanted}`).toBeLessThanOrEqual(tolerance);
}

/** The beginning of the entropy-coded data of the first scan. */
function scanStart(jpeg: Buffer): number {
  const scan = findMarker(jpeg, 0xda);
  return scan + 2 + jpeg.readUInt16BE(scan + 2);
}

describe('what a decoder only warns of is read and told', () => {
  test('odd scan parameters, as Samsung writes them', async () => {
    const jpeg = await scene().jpeg().toBuffer();
    const plain = await decode(jpeg);
    jpeg.fill(0, scanStart(jpeg) - 3, scanStart(jpeg));
    const picture = await decode(jpeg);
    expect(picture.rgb.equals(plain.rgb)).toBe(true);
    expect([plain.warnings, picture.warnings]).toMatchObject([[], [{ code: 'IMAGE_IRREGULAR' }]]);
  });

  test('stray bytes between scans', async () => {
    const jpeg = await scene().jpeg({ progressive: true }).toBuffer();
    const plain = await decode(jpeg);
    let second = scanStart(jpeg);
    while (jpeg[second] !== 0xff || jpeg[second + 1] === 0) second += 1;
    const stray = Buffer.concat([jpeg.subarray(0, second), Buffer.alloc(300, 7), jpeg.subarray(second)]);
    const picture = await decode(stray);
    expect(picture.rgb.equals(plain.rgb)).toBe(true);
    expect(picture.warnings).toMatchObject([{ code: 'IMAGE_IRREGULAR' }]);
  });

  test.each([0.5, 0.95])('a scan that ends early, with the end of the picture there: at %d', async (share) => {
    const jpeg = await scene().jpeg().toBuffer();
    const end = Math.floor(scanStart(jpeg) + (jpeg.length - scanStart(jpeg)) * share);
    const kept = jpeg[end - 1] === 0xff ? end - 1 : end;
    const picture = await decode(Buffer.concat([jpeg.subarray(0, kept), Buffer.from([0xff, 0xd9])]));
    const plain = await decode(jpeg);
    expect(pixelAt(picture, 10, 10)).toEqual(pixelAt(plain, 10, 10));
    expect(picture.warnings).toMatchObject([{ code: 'IMAGE_DAMAGED', message: expect.stringContaining('grey') }]);
  });

  test('and a rendition is made of it', async () => {
    const jpeg = await scene().jpeg().toBuffer();
    jpeg.fill(0, scanStart(jpeg) - 3, scanStart(jpeg));
    const file = await save(jpeg);
    const job = { id: 'a', file, priority: 0, renditions: [{ width: 50, target: `${file}.small` }] };
    const { written } = await renderPicture(job, await inspectPicture(file, maxPixels), new JobClock(null));
    expect(written).toMatchObject([{ width: 50 }]);
  });

  test.each([0.5, 0.9])('but what is cut off is refused: at %d', async (share) => {
    const jpeg = await scene().jpeg().toBuffer();
    await expect(decode(jpeg.subarray(0, Math.floor(jpeg.length * share)))).rejects.toMatchObject({
      failure: { code: 'INVALID_IMAGE' },
    });
  });
});

describe('AVIF and HEIC', () => {
  const size = { width: 160, height: 120 };

  test('an AVIF that begins like a drawing is read as an AVIF', async () => {
    const avif = await scene(size.width, size.height).avif({ quality: 90 }).toBuffer();
    const plain = await decode(avif);
    const brand = avif.indexOf('miaf');
    expect(brand).toBeGreaterThan(0);
    avif.write('<svg', brand, 'latin1');
    expect((await decode(avif)).rgb.equals(plain.rgb)).toBe(true);
  });

  async function coded(type: 'av01' | 'hvc1'): Promise<{ item: HeifItem; configuration: Buffer }> {
    const file =
      type === 'hvc1'
        ? await readFile(join(import.meta.dirname, '../../fixtures/heic/product.heic'))
        : await scene(size.width, size.height).avif({ quality: 90 }).toBuffer();
    const { configuration, data } = codedPicture(file);
    return { item: { id: 1, type, data }, configuration };
  }

  async function make(type: 'av01' | 'hvc1', boxes: Buffer[]): Promise<Buffer> {
    const { item, configuration } = await coded(type);
    const all = [configuration, properties.size(size.width, size.height), ...boxes];
    const brands: [string, string] = type === 'hvc1' ? ['heic', 'mif1'] : ['avif', 'mif1'];
    return heif({ items: [{ ...item, properties: all }], brands });
  }

  describe.each(['av01', 'hvc1'] as const)('%s', (type) => {
    // x and y of the stored picture that are shown at 5, 9.
    test.each([
      ['turned left', [properties.rotation(1)], { width: 120, height: 160 }, [160 - 1 - 9, 5]],
      ['turned right', [properties.rotation(3)], { width: 120, height: 160 }, [9, 120 - 1 - 5]],
      ['mirrored left to right', [properties.mirror(1)], size, [160 - 1 - 5, 9]],
      ['mirrored top to bottom', [properties.mirror(0)], size, [5, 120 - 1 - 9]],
      ['turned, then mirrored', [properties.rotation(3), properties.mirror(1)], { width: 120, height: 160 }, [9, 5]],
      ['cropped by more than half', [properties.crop(60, 40)], { width: 60, height: 40 }, [50 + 5, 40 + 9]],
      [
        'cropped off the middle, then turned',
        [properties.crop(60, 40, 20, -30), properties.rotation(1)],
        { width: 40, height: 60 },
        [50 + 10 + 60 - 1 - 9, 40 - 15 + 5],
      ],
      [
        'turned, then cropped off the middle',
        [properties.rotation(1), properties.crop(40, 60, 20, -30)],
        { width: 40, height: 60 },
        // 10 to the right of what is shown is 10 down in what is stored, and 15 up is 15 to the right.
        [50 + 15 + 60 - 1 - 9, 40 + 10 + 5],
      ],
    ])('is shown as its boxes say: %s', async (_title, boxes, shown, [x, y]) => {
      const plain = await decode(await make(type, []));
      const picture = await decode(await make(type, boxes));
      expect(picture).toMatchObject(shown);
      expect(pixelAt(picture, 5, 9)).toEqual(pixelAt(plain, x!, y!));
    });
  });

  test.each(['av01', 'hvc1'] as const)('is refused when it has not the size that its box says: %s', async (type) => {
    const { item, configuration } = await coded(type);
    for (const [width, height] of [
      [320, 240],
      [100, 100],
    ] as const) {
      const own = [configuration, properties.size(width, height)];
      const bytes = heif({ items: [{ ...item, properties: own }], brands: ['avif', 'mif1'] });
      await expect(decode(bytes)).rejects.toMatchObject({ failure: { code: 'INVALID_IMAGE' } });
    }
  });

  test.each(['avis', 'miaf', 'MA1B', 'mif1', 'msf1'])('is read whatever its first brand is: %s', async (brand) => {
    const avif = await make('av01', []);
    const plain = await decode(avif);
    avif.write(brand, 8, 'latin1');
    expect((await decode(avif)).rgb.equals(plain.rgb)).toBe(true);
  });

  /** sRGB 40, 160, 60 as the numbers that mean it in Display P3. */
  const green = { srgb: [40, 160, 60], p3: [80, 158, 74] };

  test('colours that a profile or numbers say are those that users see', async () => {
    const { width, height } = size;
    const flat = sharp({ create: { width, height, channels: 3, background: toColour(green.p3) } });
    const { configuration, data } = codedPicture(
      await flat.avif({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
    );
    const describe = (...boxes: Buffer[]) => {
      const own = [configuration, properties.size(width, height), ...boxes];
      return heif({ items: [{ id: 1, type: 'av01', data, properties: own }], brands: ['avif', 'mif1'] });
    };
    expectNear(pixelAt(await decode(describe()), 9, 9), green.p3, 3);
    expectNear(pixelAt(await decode(describe(properties.colour(1, 13, 6))), 9, 9), green.p3, 3);
    expectNear(pixelAt(await decode(describe(properties.profile(expected.profile))), 9, 9), green.srgb, 5);
    expectNear(pixelAt(await decode(describe(properties.colour(12, 13, 6))), 9, 9), green.srgb, 5);
  });

  test('of a HEIC, too: what P3 stores weaker is shown stronger, by a profile as by numbers', async () => {
    const plain = await decode(await make('hvc1', [properties.colour(1, 13, 6)]));
    const byProfile = await decode(await make('hvc1', [properties.profile(expected.profile)]));
    const byNumbers = await decode(await make('hvc1', [properties.colour(12, 13, 6)]));
    const spread = ({ rgb }: DecodedFile) => {
      let sum = 0;
      for (let at = 0; at < rgb.length; at += 3)
        sum += Math.max(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!) - Math.min(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!);
      return sum;
    };
    expect(spread(byProfile)).toBeGreaterThan(spread(plain) * 1.05);
    const differences = byProfile.rgb.map((value, at) => Math.abs(value - byNumbers.rgb[at]!));
    expect(differences.reduce((worst, one) => Math.max(worst, one))).toBeLessThanOrEqual(3);
  });

  test('transparency becomes white whatever its colours are said in', async () => {
    const clear = sharp({
      create: { width: 64, height: 64, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    });
    const avif = await clear.avif().toBuffer();
    const numbers = avif.indexOf('nclx', 0, 'latin1');
    if (numbers !== -1) avif.writeUInt16BE(12, numbers + 4);
    expect(pixelAt(await decode(avif), 9, 9)).toEqual([255, 255, 255]);
  });
});

function toColour([r, g, b]: number[]) {
  return { r: r!, g: g!, b: b! };
}
