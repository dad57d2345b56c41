import { PartCount } from '../../src/images/header/bounds.ts';
import { parseMeta, propertiesOfItem } from '../../src/images/header/heif/meta.ts';

/** Puts HEIF files (AVIF, HEIC) together out of coded pictures, with boxes that no encoder here writes. */

export function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.from(`\0\0\0\0${type}`, 'latin1');
  head.writeUInt32BE(body.length + 8);
  return Buffer.concat([head, body]);
}

/** A box with version 0. */
function fullBox(type: string, ...parts: Buffer[]): Buffer {
  return box(type, Buffer.alloc(4), ...parts);
}

export function uint(byteLength: 1 | 2 | 4, ...values: number[]): Buffer {
  const bytes = Buffer.alloc(byteLength * values.length);
  for (const [index, value] of values.entries()) bytes.writeUIntBE(value, index * byteLength, byteLength);
  return bytes;
}

export const properties = {
  size: (width: number, height: number) => fullBox('ispe', uint(4, width, height)),
  /** Quarters against the clock. */
  rotation: (quarters: number) => box('irot', uint(1, quarters)),
  /** 0: top and bottom change places; 1: left and right. */
  mirror: (axis: 0 | 1) => box('imir', uint(1, axis)),
  /** Around the middle of the picture, moved by halves of pixels. */
  crop: (width: number, height: number, halvesX = 0, halvesY = 0) =>
    box('clap', uint(4, width, 1, height, 1), int(halvesX), uint(4, 2), int(halvesY), uint(4, 2)),
  profile: (icc: Buffer) => box('colr', Buffer.from('prof'), icc),
  /** Numbers of ITU-T H.273; full range. */
  colour: (primaries: number, transfer: number, matrix: number) =>
    box('colr', Buffer.from('nclx'), uint(2, primaries, transfer, matrix), uint(1, 0x80)),
};

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export interface HeifItem {
  id: number;
  type: string;
  data?: Buffer;
  properties?: Buffer[];
}

export interface HeifFile {
  items: HeifItem[];
  references?: { type: string; from: number; to: number[] }[];
  brands: [major: string, ...compatible: string[]];
  /** In place of the box that says where items are. */
  places?: Buffer;
}

/** A file whose first item is the primary one. */
export function heif({ items, references = [], brands, places }: HeifFile): Buffer {
  const start = box('ftyp', Buffer.from(brands[0]), Buffer.alloc(4), Buffer.from(brands.slice(1).join('')));
  const described = (mediaAt: number) => fullBox('meta', ...describe(items, references, mediaAt, places));
  const mediaAt = start.length + described(0).length + 8;
  return Buffer.concat([start, described(mediaAt), box('mdat', ...items.map(({ data }) => data ?? Buffer.alloc(0)))]);
}

function describe(
  items: readonly HeifItem[],
  references: NonNullable<HeifFile['references']>,
  mediaAt: number,
  places: Buffer | undefined,
): Buffer[] {
  const infos = items.map(({ id, type }) =>
    box('infe', Buffer.from([2, 0, 0, 0]), uint(2, id, 0), Buffer.from(`${type}\0`)),
  );
  const links = references.map(({ type, from, to }) => box(type, uint(2, from, to.length, ...to)));
  return [
    fullBox('hdlr', Buffer.alloc(4), Buffer.from('pict'), Buffer.alloc(13)),
    fullBox('pitm', uint(2, items[0]!.id)),
    fullBox('iinf', uint(2, infos.length), ...infos),
    ...(links.length > 0 ? [fullBox('iref', ...links)] : []),
    propertyBoxes(items),
    places ?? itemPlaces(items, mediaAt),
  ];
}

function propertyBoxes(items: readonly HeifItem[]): Buffer {
  const all = items.flatMap((item) => item.properties ?? []);
  let next = 1;
  const associations = items.map(({ id, properties: own = [] }) => {
    const numbers = own.map(() => next++);
    return Buffer.concat([uint(2, id), uint(1, numbers.length, ...numbers.map((number) => number | 0x80))]);
  });
  return box('iprp', box('ipco', ...all), fullBox('ipma', uint(4, associations.length), ...associations));
}

function itemPlaces(items: readonly HeifItem[], mediaAt: number): Buffer {
  let at = mediaAt;
  const entries = items.map(({ id, data = Buffer.alloc(0) }) => {
    const entry = Buffer.concat([uint(2, id, 0, 1), uint(4, at, data.length)]);
    at += data.length;
    return entry;
  });
  return fullBox('iloc', uint(1, 0x44, 0), uint(2, entries.length), ...entries);
}

/** The primary picture of a file that an encoder wrote: the box that configures its decoder, and its coded bytes. */
export function codedPicture(file: Buffer): { configuration: Buffer; data: Buffer } {
  const metaAt = file.indexOf('meta', 0, 'latin1') - 4;
  const meta = parseMeta(file.subarray(metaAt + 8, metaAt + file.readUInt32BE(metaAt)), new PartCount());
  const extents = meta.locations.get(meta.primary!)!.extents;
  const data = extents.map(({ position, length }) => file.subarray(position, position + length));
  const configuration = propertiesOfItem(meta, meta.primary!).find(({ type }) => type === 'av1C' || type === 'hvcC')!;
  return { configuration: box(configuration.type, configuration.body), data: Buffer.concat(data) };
}
