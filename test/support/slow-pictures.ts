/** Pictures of few bytes, within every bound, that take their decoders more than a second of a processor. */

const marker = (code: number, payload: Buffer) => {
  const head = Buffer.from([0xff, code, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
};

/** A Huffman table whose codes are all of one length, which comes with it. */
function huffmanTable(kind: 'DC' | 'AC', symbols: readonly number[]): { segment: Buffer; bits: number } {
  const bits = Math.floor(Math.log2(symbols.length)) + 1;
  const counts = Buffer.alloc(16);
  counts[bits - 1] = symbols.length;
  const id = kind === 'DC' ? 0x00 : 0x10;
  return { segment: marker(0xc4, Buffer.concat([Buffer.from([id]), counts, Buffer.from(symbols)])), bits };
}

/** Bits as a JPEG scan holds them: filled up with ones, a zero byte behind each FF. */
class ScanBits {
  readonly #bytes: number[] = [];
  #value = 0;
  #count = 0;

  put(value: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit--) {
      this.#value = (this.#value << 1) | ((value >> bit) & 1);
      this.#count += 1;
      if (this.#count < 8) continue;
      this.#bytes.push(this.#value);
      if (this.#value === 0xff) this.#bytes.push(0);
      this.#value = 0;
      this.#count = 0;
    }
  }

  end(): Buffer {
    while (this.#count > 0) this.put(1, 1);
    return Buffer.from(this.#bytes);
  }
}

/** A grey progressive JPEG of many scans that say nothing: some 10 ms of a processor each at 7000 pixels a side. */
export function jpegOfScans(side: number, scans: number): Buffer {
  const blocks = Math.ceil(side / 8) ** 2;
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(side, 1);
  frame.writeUInt16BE(side, 3);
  const dc = huffmanTable('DC', [0]);
  // Ends of bands: a run of up to 2^15 - 1 blocks of which each says nothing.
  const ac = huffmanTable(
    'AC',
    Array.from({ length: 15 }, (_, size) => size << 4),
  );
  const firstScan = new ScanBits();
  for (let block = 0; block < blocks; block++) firstScan.put(0, dc.bits);
  const emptyScan = new ScanBits();
  for (let left = blocks; left > 0; ) {
    const run = Math.min(left, 32_767);
    const size = Math.floor(Math.log2(run));
    emptyScan.put(size, ac.bits);
    emptyScan.put(run - (1 << size), size);
    left -= run;
  }
  const empty = emptyScan.end();
  const parts = [
    Buffer.from([0xff, 0xd8]),
    marker(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 16)])),
    marker(0xc2, frame),
    dc.segment,
    ac.segment,
    marker(0xda, Buffer.from([1, 1, 0, 0, 0, 0])),
    firstScan.end(),
  ];
  // Each coefficient in up to 14 steps, from its highest bit to its lowest.
  for (let scan = 0; scan < scans; scan++) {
    const coefficient = 1 + Math.floor(scan / 14);
    const low = 13 - (scan % 14);
    parts.push(marker(0xda, Buffer.from([1, 1, 0, coefficient, coefficient, ((low === 13 ? 0 : low + 1) << 4) | low])));
    parts.push(empty);
  }
  return Buffer.concat([...parts, Buffer.from([0xff, 0xd9])]);
}

const box = (type: string, ...parts: Buffer[]) => {
  const payload = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(payload.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, payload]);
};
const fullBox = (type: string, version: number, ...parts: Buffer[]) =>
  box(type, Buffer.from([version, 0, 0, 0]), ...parts);
const u16 = (...values: number[]) => {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, 2 * index);
  return bytes;
};
const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
};

/** The boxes within some bytes, by type; the first of each. */
function boxesOf(bytes: Buffer): Map<string, Buffer> {
  const boxes = new Map<string, Buffer>();
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at) || bytes.length - at;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (!boxes.has(type)) boxes.set(type, bytes.subarray(at + 8, at + size));
    at += size;
  }
  return boxes;
}

/** An item of a HEIC file: what it is made of, where its data is, and its properties by their places in the list. */
interface HeicItem {
  type: 'hvc1' | 'grid';
  data: { in: 'mdat' | 'idat'; at: number; length: number };
  properties: readonly number[];
  of: readonly number[];
}

const perSide = 31;

/**
 * A HEIC of 961 tiles, which are all the same one.
 * @param coded a HEIC as test/fixtures/heic/make.py makes them, of these sides: the tile
 */
export function heicOfTiles(coded: Buffer, tile: { width: number; height: number }): Buffer {
  const meta = boxesOf(boxesOf(coded).get('meta')!.subarray(4));
  const configuration = boxesOf(boxesOf(meta.get('iprp')!).get('ipco')!).get('hvcC')!;
  // Of the first item: id, data reference, base, number of extents, offset, length.
  const location = meta.get('iloc')!.subarray(8);
  const start = location.readUInt32BE(4) + location.readUInt32BE(10);
  const pixels = coded.subarray(start, start + location.readUInt32BE(14));
  const width = tile.width * perSide;
  const height = tile.height * perSide;
  const grid = Buffer.concat([Buffer.from([0, 0, perSide - 1, perSide - 1]), u16(width, height)]);
  const tiles = Array.from(
    { length: perSide ** 2 },
    (): HeicItem => ({
      type: 'hvc1',
      data: { in: 'mdat', at: 0, length: pixels.length },
      properties: [0x81, 2],
      of: [],
    }),
  );
  const whole: HeicItem = {
    type: 'grid',
    data: { in: 'idat', at: 0, length: grid.length },
    properties: [3],
    of: tiles.map((_, index) => index + 1),
  };
  return heicOf(
    [...tiles, whole],
    [
      box('hvcC', configuration),
      fullBox('ispe', 0, u32(tile.width, tile.height)),
      fullBox('ispe', 0, u32(width, height)),
    ],
    { mdat: pixels, idat: grid },
  );
}

/** A HEIC of items, whose ids count from 1; the last one is its picture. */
function heicOf(
  items: readonly HeicItem[],
  properties: readonly Buffer[],
  data: Record<HeicItem['data']['in'], Buffer>,
): Buffer {
  const entries = [...items.entries()].map(([index, item]) => ({ ...item, id: index + 1 }));
  const infoOf = ({ id, type }: (typeof entries)[number]) =>
    fullBox('infe', 2, u16(id, 0), Buffer.from(`${type}\0`, 'latin1'));
  const build = (dataAt: number) => {
    const locationOf = ({ id, data: { in: place, at, length } }: (typeof entries)[number]) =>
      Buffer.concat([u16(id, place === 'idat' ? 1 : 0, 0, 1), u32(place === 'idat' ? at : dataAt + at, length)]);
    const associations = entries.map(({ id, properties: of }) =>
      Buffer.concat([u16(id), Buffer.from([of.length, ...of])]),
    );
    return Buffer.concat([
      box('ftyp', Buffer.from('heic\0\0\0\0mif1heic', 'latin1')),
      fullBox(
        'meta',
        0,
        fullBox('hdlr', 0, u32(0), Buffer.from('pict'), u32(0, 0, 0), Buffer.from([0])),
        fullBox('pitm', 0, u16(entries.length)),
        fullBox('iloc', 1, Buffer.from([0x44, 0x00]), u16(entries.length), ...entries.map(locationOf)),
        fullBox('iinf', 0, u16(entries.length), ...entries.map(infoOf)),
        fullBox(
          'iref',
          0,
          ...entries.flatMap(({ id, of }) => (of.length > 0 ? [box('dimg', u16(id, of.length, ...of))] : [])),
        ),
        box('iprp', box('ipco', ...properties), fullBox('ipma', 0, u32(entries.length), ...associations)),
        box('idat', data.idat),
      ),
      box('mdat', data.mdat),
    ]);
  };
  return build(build(0).length - data.mdat.length);
}
