import { bounds, type PartCount, tooMany } from './bounds.ts';
import { type ByteSource, Extents } from './byte-source.ts';
import { type Exif, noExif, readExif } from './exif.ts';
import type { StoredPicture } from './stored-picture.ts';
import { brokenHeader, unsupported } from './unreadable-picture.ts';

const marker = { startOfImage: 0xd8, endOfImage: 0xd9, startOfScan: 0xda, app1: 0xe1 } as const;

/** SOF markers that are not supported, and their meaning. */
const unreadFrames: ReadonlyMap<number, string> = new Map([
  [0xc3, 'a lossless JPEG'],
  [0xc5, 'a hierarchical JPEG'],
  [0xc6, 'a hierarchical JPEG'],
  [0xc7, 'a hierarchical lossless JPEG'],
  [0xcb, 'a lossless JPEG with arithmetic coding'],
  [0xcd, 'a hierarchical JPEG with arithmetic coding'],
  [0xce, 'a hierarchical JPEG with arithmetic coding'],
  [0xcf, 'a hierarchical lossless JPEG with arithmetic coding'],
  [0xf7, 'a JPEG-LS picture'],
]);

/** Sequential and progressive DCT, each with Huffman and with arithmetic coding. */
const readFrames: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);
const progressiveFrames: ReadonlySet<number> = new Set([0xc2, 0xca]);

interface Frame {
  width: number;
  height: number;
  components: number;
  progressive: boolean;
}

/** @throws UnreadablePictureError */
export async function readJpeg(source: ByteSource, parts: PartCount): Promise<StoredPicture> {
  let frame: Frame | null = null;
  let exif: Exif | null = null;
  let at = 2;
  for (;;) {
    const segment = await nextSegment(source, at, parts);
    if (segment === null || segment.code === marker.endOfImage) throw brokenHeader('JPEG');
    const { code, start, end } = segment;
    if (code === marker.startOfScan) {
      if (frame === null) throw brokenHeader('JPEG');
      return { ...frame, exif: exif ?? noExif, scans: await countScans(source, segment, frame, parts) };
    }
    if (readFrames.has(code) || unreadFrames.has(code)) frame = readFrame(await source.read(start, 6), code);
    // The first block is used, as in browsers: a second one is a copy that some editor has left.
    else if (code === marker.app1 && exif === null && (await isExif(source, start)))
      exif = await readExif(new Extents(source, [{ position: start, length: end - start }]));
    at = end;
  }
}

async function isExif(source: ByteSource, start: number): Promise<boolean> {
  return (await source.read(start, 6)).toString('latin1', 0, 6) === 'Exif\0\0';
}

function readFrame(bytes: Buffer, code: number): Frame {
  const kind = unreadFrames.get(code);
  if (kind) throw unsupported(kind);
  if (bytes.length < 6) throw brokenHeader('JPEG');
  const precision = bytes.readUInt8(0);
  if (precision !== 8) throw unsupported(`a JPEG of ${precision} bits a channel`);
  const height = bytes.readUInt16BE(1);
  if (height === 0) throw unsupported('a JPEG that states its height after its pixels (DNL)');
  return {
    width: bytes.readUInt16BE(3),
    height,
    components: bytes.readUInt8(5),
    progressive: progressiveFrames.has(code),
  };
}

interface Segment {
  code: number;
  /** Position of its contents, after its length. */
  start: number;
  end: number;
}

/**
 * The next segment from a position on, or the end of the picture. Stray bytes between segments are skipped, as by libjpeg: some
 * cameras write them. null: the file ends before.
 */
async function nextSegment(source: ByteSource, from: number, parts: PartCount): Promise<Segment | null> {
  const found = await nextMarker(source, from);
  if (found === null) return null;
  const { code, end: at } = found;
  if (code === marker.endOfImage) return { code, start: at, end: at };
  parts.add();
  const bytes = await source.read(at, 2);
  if (bytes.length < 2) return null;
  const length = bytes.readUInt16BE(0);
  if (length < 2) throw brokenHeader('JPEG');
  return { code, start: at + 2, end: at + length };
}

/** The next marker of a segment, or of the end of the picture; searched without a promise per byte, because any byte may be FF. */
async function nextMarker(source: ByteSource, from: number): Promise<{ code: number; end: number } | null> {
  for (let at = from; ; ) {
    const bytes = await source.read(at, 2);
    if (bytes.length < 2) return null;
    let found = bytes.indexOf(0xff);
    while (found !== -1 && found + 1 < bytes.length) {
      const code = bytes[found + 1]!;
      if (!hasNoSegment(code)) return { code, end: at + found + 2 };
      // Any of several fill bytes may be the one before the code.
      found = code === 0xff ? found + 1 : bytes.indexOf(0xff, found + 2);
    }
    // An FF at the end is examined again together with the next bytes.
    at += found === -1 ? bytes.length : found;
  }
}

/** A stuffed zero of entropy-coded data, TEM, restart markers, a second start of image, fill. */
function hasNoSegment(code: number): boolean {
  return code <= 0x01 || (code >= 0xd0 && code <= marker.startOfImage) || code === 0xff;
}

/**
 * The number of scans that libjpeg processes. A sequential picture whose first scan contains all channels ends with it; any other
 * is searched to its end.
 */
async function countScans(source: ByteSource, first: Segment, frame: Frame, parts: PartCount): Promise<number> {
  const channels = (await source.read(first.start, 1))[0] ?? 0;
  if (!frame.progressive && channels >= frame.components) return 1;
  let scans = 1;
  for (let at = first.end; ; ) {
    const segment = await nextSegment(source, at, parts);
    if (segment === null || segment.code === marker.endOfImage) return scans;
    if (segment.code === marker.startOfScan) scans += 1;
    if (scans > bounds.scans) throw tooMany(`more than ${bounds.scans} scans`, 'Save it as a baseline JPEG.');
    at = segment.end;
  }
}
