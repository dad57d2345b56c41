interface Box {
  type: string;
  /** Of what the box holds, after its header. */
  start: number;
  end: number;
}

/** The boxes between two offsets; stops at one that does not fit, as in a file that was cut off. */
function* boxes(bytes: Buffer, start: number, end: number): Generator<Box> {
  let at = start;
  while (at + 8 <= end) {
    let size = bytes.readUInt32BE(at);
    let header = 8;
    if (size === 1 && at + 16 <= end) {
      size = Number(bytes.readBigUInt64BE(at + 8));
      header = 16;
    }
    // 0: to the end of the file.
    if (size === 0) size = end - at;
    if (size < header || at + size > end) return;
    yield { type: bytes.toString('latin1', at + 4, at + 8), start: at + header, end: at + size };
    at += size;
  }
}

function find(bytes: Buffer, type: string, start: number, end: number): Box | undefined {
  for (const box of boxes(bytes, start, end)) if (box.type === type) return box;
  return undefined;
}

/** The id of the picture that a reader shows, among thumbnails, tiles and the alpha channel. */
function primaryItem(bytes: Buffer, meta: Box): number | undefined {
  const pitm = find(bytes, 'pitm', meta.start + 4, meta.end);
  if (!pitm) return undefined;
  return bytes[pitm.start] === 0 ? bytes.readUInt16BE(pitm.start + 4) : bytes.readUInt32BE(pitm.start + 4);
}

/** Numbers (from 1) of the properties of one item, in the order in which they apply. */
function propertiesOf(bytes: Buffer, ipma: Box, item: number): number[] {
  const version = bytes[ipma.start] ?? 0;
  const wide = ((bytes[ipma.start + 3] ?? 0) & 1) === 1;
  let at = ipma.start + 8;
  for (let left = bytes.readUInt32BE(ipma.start + 4); left > 0 && at < ipma.end; left -= 1) {
    const id = version < 1 ? bytes.readUInt16BE(at) : bytes.readUInt32BE(at);
    at += version < 1 ? 2 : 4;
    const count = bytes.readUInt8(at);
    at += 1;
    const numbers = Array.from({ length: count }, (_, index) =>
      wide ? bytes.readUInt16BE(at + 2 * index) & 0x7fff : bytes.readUInt8(at + index) & 0x7f,
    );
    if (id === item) return numbers;
    at += count * (wide ? 2 : 1);
  }
  return [];
}

/**
 * Width and height of the primary picture of an AVIF or HEIC as a decoder delivers them: cropped (clap) and turned (irot).
 * Its EXIF orientation does not count; libheif ignores it too. image-size is no help here: it takes the largest of all
 * pictures in the file and knows no irot.
 * @returns null when the boxes that say it are not among these bytes.
 */
export function heifSize(bytes: Buffer): { width: number; height: number } | null {
  const meta = find(bytes, 'meta', 0, bytes.length);
  const iprp = meta && find(bytes, 'iprp', meta.start + 4, meta.end);
  const ipco = iprp && find(bytes, 'ipco', iprp.start, iprp.end);
  const ipma = iprp && find(bytes, 'ipma', iprp.start, iprp.end);
  const item = meta && primaryItem(bytes, meta);
  if (!ipco || !ipma || item === undefined) return null;
  const all = [...boxes(bytes, ipco.start, ipco.end)];
  let size: { width: number; height: number } | null = null;
  for (const number of propertiesOf(bytes, ipma, item)) {
    const box = all[number - 1];
    if (box?.type === 'ispe')
      size = { width: bytes.readUInt32BE(box.start + 4), height: bytes.readUInt32BE(box.start + 8) };
    else if (box?.type === 'clap' && size)
      size = {
        width: Math.round(bytes.readUInt32BE(box.start) / bytes.readUInt32BE(box.start + 4)),
        height: Math.round(bytes.readUInt32BE(box.start + 8) / bytes.readUInt32BE(box.start + 12)),
      };
    else if (box?.type === 'irot' && size && (bytes.readUInt8(box.start) & 1) === 1)
      size = { width: size.height, height: size.width };
  }
  return size;
}
