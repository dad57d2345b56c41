import type { PartCount } from '../bounds.ts';
import type { Extent } from '../byte-source.ts';
import { type Box, boxesIn, Cursor } from './boxes.ts';

/** The contents of the `meta` box of a HEIF file: pictures and other items, what they are composed of and how they are displayed. */
export interface HeifMeta {
  /** The picture to display, among thumbnails, tiles and the alpha channel. */
  primary: number | null;
  /** Four letters per item: `hvc1`, `av01`, `grid`, `Exif` … */
  types: Map<number, string>;
  locations: Map<number, ItemLocation>;
  references: References;
  properties: Box[];
  /** The properties of each item, in the order in which they apply. */
  propertiesOf: Map<number, PropertyLink[]>;
  /** Data of items that are stored within this box. */
  itemData: Buffer;
}

export interface ItemLocation {
  /** 0: in the file; 1: in `itemData`; 2: in another item. */
  method: number;
  extents: Extent[];
}

/** The association of an item with a property. */
interface PropertyLink {
  /** Index of the property, from 1; 0: none. */
  number: number;
  /** Position of that index in the box. */
  at: Extent;
}

/** Type of reference (`dimg`, `auxl`, `cdsc` …) → from item → to items, in order and with repetitions. */
export type References = Map<string, Map<number, number[]>>;

/** @throws RangeError if the box is cut off or broken, UnreadablePictureError if it contains too much. */
export function parseMeta(body: Buffer, parts: PartCount): HeifMeta {
  const meta: HeifMeta = {
    primary: null,
    types: new Map(),
    locations: new Map(),
    references: new Map(),
    properties: [],
    propertiesOf: new Map(),
    itemData: Buffer.alloc(0),
  };
  for (const box of boxesIn(body.subarray(4), parts)) {
    if (box.type === 'pitm') meta.primary = readPrimary(new Cursor(box.body));
    else if (box.type === 'iinf') readTypes(box.body, meta, parts);
    else if (box.type === 'iloc') readLocations(new Cursor(box.body), meta, parts);
    else if (box.type === 'iref') readReferences(box.body, meta, parts);
    else if (box.type === 'iprp') readProperties(box.body, meta, body.byteOffset, parts);
    else if (box.type === 'idat') meta.itemData = box.body;
  }
  return meta;
}

function readPrimary(cursor: Cursor): number {
  return cursor.version() === 0 ? cursor.uint(2) : cursor.uint(4);
}

function readTypes(body: Buffer, { types }: HeifMeta, parts: PartCount): void {
  const countBytes = body[0] === 0 ? 2 : 4;
  for (const { type, body: entry } of boxesIn(body.subarray(4 + countBytes), parts)) {
    const cursor = new Cursor(entry);
    const version = cursor.version();
    if (type !== 'infe' || version < 2) continue;
    const id = cursor.uint(version === 2 ? 2 : 4);
    cursor.uint(2);
    types.set(id, cursor.text(4));
  }
}

function readLocations(cursor: Cursor, { locations }: HeifMeta, parts: PartCount): void {
  const version = cursor.version();
  const [offsets, bases] = [cursor.uint(1), cursor.uint(1)];
  const [offsetBytes, lengthBytes] = [offsets >> 4, offsets & 15];
  const [baseBytes, indexBytes] = [bases >> 4, version === 0 ? 0 : bases & 15];
  for (let left = cursor.uint(version < 2 ? 2 : 4); left > 0; left -= 1) {
    const id = cursor.uint(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : cursor.uint(2) & 15;
    cursor.uint(2);
    const base = cursor.uint(baseBytes);
    const count = cursor.uint(2);
    // Extents may take no bytes at all, so the size of the box does not limit their number.
    parts.add(1 + count);
    const extents = Array.from({ length: count }, () => {
      cursor.uint(indexBytes);
      return { position: base + cursor.uint(offsetBytes), length: cursor.uint(lengthBytes) };
    });
    locations.set(id, { method, extents });
  }
}

function readReferences(body: Buffer, { references }: HeifMeta, parts: PartCount): void {
  const idBytes = body[0] === 0 ? 2 : 4;
  for (const { type, body: entry } of boxesIn(body.subarray(4), parts)) {
    const cursor = new Cursor(entry);
    const from = cursor.uint(idBytes);
    const count = cursor.uint(2);
    parts.add(count);
    const to = Array.from({ length: count }, () => cursor.uint(idBytes));
    const ofType = references.get(type) ?? new Map<number, number[]>();
    references.set(type, ofType);
    if (!ofType.has(from)) ofType.set(from, to);
  }
}

/** @param origin of the bytes that `meta` was read from, within their memory. */
function readProperties(body: Buffer, meta: HeifMeta, origin: number, parts: PartCount): void {
  for (const box of boxesIn(body, parts)) {
    if (box.type === 'ipco') meta.properties.push(...boxesIn(box.body, parts));
    else if (box.type === 'ipma') readAssociations(box.body, meta, origin, parts);
  }
}

function readAssociations(body: Buffer, { propertiesOf }: HeifMeta, origin: number, parts: PartCount): void {
  const numberBytes = (body.readUInt8(3) & 1) === 1 ? 2 : 1;
  // The highest bit says that a reader must support the property.
  const mask = numberBytes === 2 ? 0x7fff : 0x7f;
  const cursor = new Cursor(body);
  const idBytes = cursor.version() < 1 ? 2 : 4;
  for (let left = cursor.uint(4); left > 0; left -= 1) {
    const id = cursor.uint(idBytes);
    const count = cursor.uint(1);
    parts.add(1 + count);
    const links = Array.from({ length: count }, () => ({
      at: { position: body.byteOffset - origin + cursor.at, length: numberBytes },
      number: cursor.uint(numberBytes) & mask,
    }));
    if (!propertiesOf.has(id)) propertiesOf.set(id, links);
  }
}

/** The properties of an item in the order in which they apply. */
export function propertiesOfItem(meta: HeifMeta, item: number): Box[] {
  return (meta.propertiesOf.get(item) ?? []).flatMap(({ number }) => meta.properties[number - 1] ?? []);
}

const transforms: ReadonlySet<string> = new Set(['clap', 'irot', 'imir']);

/** The positions in the box where an item is associated with its crop and rotation. */
export function transformLinks(meta: HeifMeta, item: number): Extent[] {
  const links = meta.propertiesOf.get(item) ?? [];
  return links.flatMap(({ number, at }) => (transforms.has(meta.properties[number - 1]?.type ?? '') ? [at] : []));
}

/** The items that one is composed of, with repetitions and in order. */
export function partsOf(meta: HeifMeta, item: number): readonly number[] {
  return meta.references.get('dimg')?.get(item) ?? [];
}

/** Size of an item before it is cropped and rotated; null if it has none. */
export function storedSizeOf(meta: HeifMeta, item: number): { width: number; height: number } | null {
  const box = propertiesOfItem(meta, item).find(({ type }) => type === 'ispe');
  return box ? { width: box.body.readUInt32BE(4), height: box.body.readUInt32BE(8) } : null;
}

const alphaAuxiliary = /^urn:(mpeg:hevc:2015:auxid:1|mpeg:mpegB:cicp:systems:auxiliary:alpha)\0/;

/** For pictures with transparency, the item with the alpha channel. */
export function findAlpha(meta: HeifMeta): Map<number, number> {
  const isAlpha = (item: number) =>
    propertiesOfItem(meta, item).some(
      ({ type, body }) => type === 'auxC' && alphaAuxiliary.test(body.toString('latin1', 4, 64)),
    );
  const found = new Map<number, number>();
  for (const [from, [to]] of meta.references.get('auxl') ?? [])
    if (to !== undefined && isAlpha(from)) found.set(to, from);
  return found;
}
