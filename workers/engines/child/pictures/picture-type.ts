import { open } from 'node:fs/promises';
import { JobFailure } from '../../protocol/job-failure.ts';

/** Longest head needed: an ISO media file lists its brands in the first bytes. */
const HEAD_BYTES = 256;

/** What is read. */
export type PictureType = 'JPEG' | 'PNG' | 'WebP' | 'GIF' | 'AVIF' | 'HEIC';

const READABLE: readonly [type: PictureType, matches: (head: Buffer) => boolean][] = [
  ['JPEG', (head) => head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))],
  ['PNG', (head) => head.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))],
  ['WebP', (head) => at(head, 0, 'RIFF') && at(head, 8, 'WEBP')],
  ['GIF', (head) => at(head, 0, 'GIF87a') || at(head, 0, 'GIF89a')],
  ['AVIF', (head) => brands(head).some((brand) => brand === 'avif' || brand === 'avis')],
  ['HEIC', (head) => brands(head).some((brand) => /^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand))],
];

const REFUSED: readonly [name: string, matches: (head: Buffer) => boolean][] = [
  ['TIFF', (head) => at(head, 0, 'II*\0') || at(head, 0, 'MM\0*')],
  [
    'SVG or XML',
    (head) => /^\s*<(\?xml|svg|!DOCTYPE)/i.test(head.toString('latin1').replace('\u00ef\u00bb\u00bf', '')),
  ],
  ['PDF', (head) => at(head, 0, '%PDF')],
  ['BMP', (head) => at(head, 0, 'BM') && head.readUInt32LE(6) === 0],
];

/**
 * Looks at a file's first bytes, so that what libvips would call "unsupported image format" gets a reason; the
 * answer tells which decoder to use. Throws JobFailure INVALID_IMAGE for what is no picture and UNSUPPORTED_MEDIA for a picture of another type.
 */
export async function expectReadableType(file: string): Promise<PictureType> {
  const head = await readHead(file);
  const readable = READABLE.find(([, matches]) => matches(head));
  if (readable) return readable[0];
  const refused = head.length >= 12 ? REFUSED.find(([, matches]) => matches(head)) : undefined;
  if (refused) {
    throw new JobFailure(
      'UNSUPPORTED_MEDIA',
      `${refused[0]} pictures are not read. Send JPEG, PNG, WebP, GIF, AVIF or HEIC.`,
    );
  }
  throw new JobFailure('INVALID_IMAGE', head.length === 0 ? 'The file is empty.' : 'The file is not a picture.');
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(HEAD_BYTES), position: 0 });
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function at(head: Buffer, offset: number, text: string): boolean {
  return head.toString('latin1', offset, offset + text.length) === text;
}

/** The brands of an ISO media file (AVIF, HEIC): its own and those it says it is compatible with. */
function brands(head: Buffer): string[] {
  if (!at(head, 4, 'ftyp')) return [];
  const end = Math.min(head.length, head.readUInt32BE(0));
  const found: string[] = [];
  for (let offset = 8; offset + 4 <= end; offset += 4)
    if (offset !== 12) found.push(head.toString('latin1', offset, offset + 4));
  return found;
}
