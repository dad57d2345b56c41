import { bounds, PartCount, tooMany } from '../bounds.ts';
import { type ByteSource, type Extent, Extents } from '../byte-source.ts';
import { type Exif, noExif, readExif } from '../exif.ts';
import { brokenHeader, type UnreadablePictureError, unsupported } from '../unreadable-picture.ts';
import { readBoxHead } from './boxes.ts';
import { type Colour, findColour } from './colour.ts';
import { checkComposition } from './composition.ts';
import { findAlpha, type HeifMeta, parseMeta, propertiesOfItem, storedSizeOf, transformLinks } from './meta.ts';
import { applyTransforms, type Region } from './transforms.ts';

/** What a HEIF file says about its primary picture. */
export interface HeifPicture {
  mimeType: 'image/avif' | 'image/heic';
  /** Pixels as they are stored, before the crop. */
  width: number;
  height: number;
  crop: Region;
  /**
   * According to its boxes. The EXIF orientation is ignored: writers store it in addition to the boxes, which already rotate the
   * picture.
   */
  orientation: number;
  exif: Exif;
  colour: Colour | null;
  /**
   * Positions in the file where it is associated with its crop and rotation. With zeros there, a decoder returns the stored pixels,
   * so crop and rotation are those that this reader has found.
   */
  transformLinks: Extent[];
}

/** Supported codecs of a primary picture, and others that people send. */
const codecs: ReadonlyMap<string, HeifPicture['mimeType']> = new Map([
  ['av01', 'image/avif'],
  ['hvc1', 'image/heic'],
  ['hev1', 'image/heic'],
]);

/** Brands of picture sequences, which may have no still picture. */
const sequences = new Set(['avis', 'msf1', 'hevc', 'hevx', 'hevm', 'hevs']);
const stills = new Set(['avif', 'mif1', 'mif2', 'miaf', 'heic', 'heix', 'heim', 'heis', 'MA1A', 'MA1B']);

/**
 * AVIF, HEIC and MP4 share a container. The codec of the primary item decides whether it contains a picture, and which; brands only
 * say what else may be in it, and writers disagree on them.
 * @throws UnreadablePictureError
 */
export async function readHeif(source: ByteSource, maxPixels: number, parts: PartCount): Promise<HeifPicture> {
  const { meta: extent, brands } = await findMeta(source, parts);
  if (extent === null) throw withoutStill(brands);
  try {
    const body = (await source.read(extent.position, extent.length)).subarray(0, extent.length);
    if (body.length < extent.length) throw brokenHeader('HEIF');
    // Copied: it is used while other parts of the file are read.
    const meta = parseMeta(Buffer.from(body), new PartCount(bounds.heifParts));
    if (meta.primary === null) throw withoutStill(brands);
    const picture = await describe(source, meta, meta.primary, maxPixels);
    const links = [meta.primary, findAlpha(meta).get(meta.primary)].flatMap((item) =>
      item === undefined ? [] : transformLinks(meta, item),
    );
    const inFile = links.map(({ position, length }) => ({ position: extent.position + position, length }));
    return { ...picture, transformLinks: inFile };
  } catch (error) {
    if (error instanceof RangeError) throw brokenHeader('HEIF');
    throw error;
  }
}

async function describe(
  source: ByteSource,
  meta: HeifMeta,
  primary: number,
  maxPixels: number,
): Promise<Omit<HeifPicture, 'transformLinks'>> {
  const size = storedSizeOf(meta, primary);
  if (size === null || size.width === 0 || size.height === 0) throw brokenHeader('HEIF');
  const codec = checkComposition(meta, primary, maxPixels);
  const mimeType = codecs.get(codec);
  if (!mimeType) throw unsupported(`a HEIF picture coded as "${codec.trim()}", neither AVIF nor HEIC`);
  return {
    mimeType,
    ...size,
    ...applyTransforms(size, propertiesOfItem(meta, primary)),
    exif: await readExifItem(source, meta, primary),
    colour: findColour(meta, primary),
  };
}

async function findMeta(source: ByteSource, parts: PartCount) {
  let brands: string[] = [];
  for (let at = 0; at < source.byteLength; ) {
    const head = await source.read(at, 16);
    if (head.length < 8) break;
    parts.add();
    const { type, headerBytes, byteSize } = readBoxHead(head, 0, source.byteLength - at);
    const length = byteSize - headerBytes;
    if (type === 'ftyp') brands = readBrands(await source.read(at + headerBytes, Math.min(length, 1024)), length);
    if (type === 'meta') {
      if (length > bounds.heifMetaBytes)
        throw tooMany(`more than ${bounds.heifMetaBytes} bytes of metadata`, 'Save it as JPEG.');
      return { brands, meta: { position: at + headerBytes, length } };
    }
    at += byteSize;
  }
  return { brands, meta: null };
}

/** The major brand and, after its version, the compatible brands. */
function readBrands(bytes: Buffer, length: number): string[] {
  const brands: string[] = [];
  for (let at = 0; at + 4 <= Math.min(length, bytes.length, 1024); at += 4)
    if (at !== 4) brands.push(bytes.toString('latin1', at, at + 4));
  return brands;
}

function withoutStill(brands: readonly string[]): UnreadablePictureError {
  if (brands.some((brand) => stills.has(brand))) return brokenHeader('HEIF');
  if (brands.some((brand) => sequences.has(brand))) return unsupported('a sequence of pictures without a still one');
  return unsupported('a video (MP4 family)');
}

/** The EXIF block that describes the picture, anywhere in the file. */
async function readExifItem(source: ByteSource, meta: HeifMeta, primary: number): Promise<Exif> {
  const blocks = [...meta.types].flatMap(([id, type]) => (type === 'Exif' ? [id] : []));
  const item = blocks.find((id) => meta.references.get('cdsc')?.get(id)?.includes(primary)) ?? blocks[0];
  const location = item === undefined ? undefined : meta.locations.get(item);
  if (!location || location.method > 1) return noExif;
  const block = new Extents(location.method === 1 ? inMemory(meta.itemData) : source, location.extents);
  const head = await block.read(0, 4);
  if (head.length < 4) return noExif;
  // The block begins with the distance to its TIFF header.
  const start = 4 + head.readUInt32BE(0);
  return readExif(new Extents(block, [{ position: start, length: Math.max(block.byteLength - start, 0) }]));
}

function inMemory(bytes: Buffer): ByteSource {
  return { byteLength: bytes.length, read: async (position) => bytes.subarray(position) };
}
