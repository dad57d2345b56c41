import { bounds } from './bounds.ts';
import type { ByteSource } from './byte-source.ts';
import { readMoment } from './exif-moment.ts';
import { type Position, readPosition } from './exif-position.ts';
import { type PhotoData, photoDataOrNull } from './photo-data.ts';

export interface Exif {
  /** 1 to 8; 1: not rotated. */
  orientation: number;
  /** What the camera wrote about itself and the exposure; null: nothing. */
  photo: PhotoData | null;
  /** Where it was taken; null: it does not say. */
  position: Position | null;
  /** Whether it has a position (GPS) or a serial number, of the camera or the lens. */
  isPrivate: boolean;
  /** When it was taken, in UTC if the camera wrote no time zone; null if it is absent or impossible. */
  recordedAt: Date | null;
}

export const noExif: Exif = { orientation: 1, recordedAt: null, photo: null, position: null, isPrivate: false };

const tag = {
  make: 0x010f,
  model: 0x0110,
  orientation: 0x0112,
  dateTime: 0x0132,
  exposureTime: 0x829a,
  fNumber: 0x829d,
  exifDirectory: 0x8769,
  gpsDirectory: 0x8825,
  iso: 0x8827,
  focalLength: 0x920a,
  dateTimeOriginal: 0x9003,
  offsetTime: 0x9010,
  offsetTimeOriginal: 0x9011,
  subSecTimeOriginal: 0x9291,
  bodySerialNumber: 0xa431,
  lensModel: 0xa434,
  lensSerialNumber: 0xa435,
  /** Older than the tag in the other directory, and still written. */
  cameraSerialNumber: 0xc62f,
} as const;

/** Types of values: BYTE, ASCII, SHORT, LONG, RATIONAL. */
const type = { byte: 1, ascii: 2, short: 3, long: 4, rational: 5, undefined: 7, utf8: 129 } as const;
const texts: ReadonlySet<number> = new Set([type.ascii, type.undefined, type.utf8]);

/** Longer than any date with a time zone, and than names of cameras and lenses. */
const maxTextBytes = 64;

/**
 * The values of an EXIF block. Only three directories and the needed values are read, wherever they are. A broken block has no
 * values: it does not make a picture unusable, and decoders ignore it as well.
 * @param block TIFF, with or without `Exif\0\0` before.
 */
export async function readExif(block: ByteSource): Promise<Exif> {
  const start = await block.read(0, 14);
  const offset = start.toString('latin1', 0, 6) === 'Exif\0\0' ? 6 : 0;
  const order = start.toString('latin1', offset, offset + 2);
  if (start.length < offset + 8 || (order !== 'II' && order !== 'MM')) return noExif;
  const tiff = new Tiff(block, offset, order === 'II');
  const main = await tiff.readDirectory(tiff.uint32(start, offset + 4));
  const pointer = tiff.number(main.get(tag.exifDirectory));
  const details: Directory = pointer === null ? new Map() : await tiff.readDirectory(pointer);
  const orientation = tiff.number(main.get(tag.orientation)) ?? 1;
  return {
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    recordedAt: await readRecordedAt(tiff, main, details),
    photo: await readPhoto(tiff, main, details),
    position: await readWhere(tiff, main),
    isPrivate:
      main.has(tag.gpsDirectory) || main.has(tag.cameraSerialNumber) || serialNumbers.some((code) => details.has(code)),
  };
}

const serialNumbers = [tag.bodySerialNumber, tag.lensSerialNumber] as const;

async function readWhere(tiff: Tiff, main: Directory): Promise<Position | null> {
  const pointer = tiff.number(main.get(tag.gpsDirectory));
  if (pointer === null) return null;
  const gps = await tiff.readDirectory(pointer);
  return readPosition({
    text: (code) => tiff.text(gps.get(code)),
    number: (code) => tiff.number(gps.get(code)),
    rationals: (code, count) => tiff.rationals(gps.get(code), count),
  });
}

async function readPhoto(tiff: Tiff, main: Directory, details: Directory): Promise<PhotoData | null> {
  const name = async (directory: Directory, code: number) => (await tiff.text(directory.get(code))) || null;
  const positive = (value: number | null) => (value !== null && value > 0 && Number.isFinite(value) ? value : null);
  return photoDataOrNull({
    make: await name(main, tag.make),
    model: await name(main, tag.model),
    lens: await name(details, tag.lensModel),
    exposureSeconds: positive(await tiff.rational(details.get(tag.exposureTime))),
    fNumber: positive(await tiff.rational(details.get(tag.fNumber))),
    iso: positive(tiff.number(details.get(tag.iso))),
    focalLengthMm: positive(await tiff.rational(details.get(tag.focalLength))),
  });
}

/** When it was taken, otherwise when the file was changed: cameras without the first tag use the second for it. */
async function readRecordedAt(tiff: Tiff, main: Directory, details: Directory): Promise<Date | null> {
  const text = (directory: Directory, code: number) => tiff.text(directory.get(code));
  const taken = readMoment(
    await text(details, tag.dateTimeOriginal),
    await text(details, tag.offsetTimeOriginal),
    await text(details, tag.subSecTimeOriginal),
  );
  return taken ?? readMoment(await text(main, tag.dateTime), await text(details, tag.offsetTime), '');
}

interface Entry {
  type: number;
  count: number;
  /** The value, or its offset: four bytes. */
  value: Buffer;
}

type Directory = Map<number, Entry>;

class Tiff {
  readonly #block: ByteSource;
  /** Position of the TIFF header, from which all offsets count. */
  readonly #start: number;
  readonly #littleEndian: boolean;

  constructor(block: ByteSource, start: number, littleEndian: boolean) {
    this.#block = block;
    this.#start = start;
    this.#littleEndian = littleEndian;
  }

  /** The first of equal tags is used. Entries after the end of the block, or too many, are ignored. */
  async readDirectory(offset: number): Promise<Directory> {
    const directory: Directory = new Map();
    const head = await this.#block.read(this.#start + offset, 2);
    if (head.length < 2) return directory;
    const count = Math.min(this.#uint16(head, 0), bounds.exifEntries);
    const bytes = await this.#block.read(this.#start + offset + 2, count * 12);
    for (let at = 0; at + 12 <= Math.min(bytes.length, count * 12); at += 12) {
      const code = this.#uint16(bytes, at);
      if (directory.has(code)) continue;
      // Copied: the next read may overwrite it.
      const value = Buffer.from(bytes.subarray(at + 8, at + 12));
      directory.set(code, { type: this.#uint16(bytes, at + 2), count: this.uint32(bytes, at + 4), value });
    }
    return directory;
  }

  number(entry: Entry | undefined): number | null {
    if (entry?.type === type.short) return this.#uint16(entry.value, 0);
    if (entry?.type === type.long) return this.uint32(entry.value, 0);
    return entry?.type === type.byte ? entry.value.readUInt8(0) : null;
  }

  /** A fraction; NaN or Infinity if it is none. */
  async rational(entry: Entry | undefined): Promise<number | null> {
    const [value] = (await this.rationals(entry, 1)) ?? [];
    return value ?? null;
  }

  /** Several of them; null: there are fewer. */
  async rationals(entry: Entry | undefined, count: number): Promise<number[] | null> {
    if (entry?.type !== type.rational || entry.count < count) return null;
    const bytes = await this.#block.read(this.#start + this.uint32(entry.value, 0), count * 8);
    if (bytes.length < count * 8) return null;
    return Array.from(
      { length: count },
      (_, index) => this.uint32(bytes, index * 8) / this.uint32(bytes, index * 8 + 4),
    );
  }

  async text(entry: Entry | undefined): Promise<string> {
    if (!entry || !texts.has(entry.type)) return '';
    const length = Math.min(entry.count, maxTextBytes);
    const bytes = length <= 4 ? entry.value : await this.#block.read(this.#start + this.uint32(entry.value, 0), length);
    return bytes.toString('latin1', 0, length).split('\0')[0]!.trim();
  }

  uint32(bytes: Buffer, at: number): number {
    return this.#littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  #uint16(bytes: Buffer, at: number): number {
    return this.#littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }
}
