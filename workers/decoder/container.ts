import { open } from 'node:fs/promises';
import type { VideoContainer } from './video.ts';

/** FFmpeg's name of the demuxer that reads a container. No other one is ever tried on a file. */
export const demuxers: Record<VideoContainer, string> = {
  MP4: 'mov',
  QUICKTIME: 'mov',
  WEBM: 'matroska',
  MATROSKA: 'matroska',
  AVI: 'avi',
};

/** The atoms that a QuickTime file older than the `ftyp` atom begins with. */
const oldQuickTime = /^(moov|mdat|wide|free|skip|pnot)$/;
/** Brands of HEIF pictures, which are in the container of MP4 too. */
const pictures = /^(heic|heix|heim|heis|hevc|hevx|mif1|msf1|avif|avis|crx )$/;

/**
 * The container that a file begins with.
 * @param start its first 64 bytes or more
 * @returns null: none of those that are read.
 */
export function sniffContainer(start: Buffer): VideoContainer | null {
  const atom = start.toString('latin1', 4, 8);
  if (atom === 'ftyp') {
    const brand = start.toString('latin1', 8, 12);
    if (pictures.test(brand)) return null;
    return brand === 'qt  ' ? 'QUICKTIME' : 'MP4';
  }
  if (oldQuickTime.test(atom)) return 'QUICKTIME';
  if (start.length >= 4 && start.readUInt32BE(0) === 0x1a45dfa3)
    // The document type is a text in the first element, which is short.
    return start.subarray(0, 64).includes('webm') ? 'WEBM' : 'MATROSKA';
  if (start.toString('latin1', 0, 4) === 'RIFF' && start.toString('latin1', 8, 12) === 'AVI ') return 'AVI';
  return null;
}

/** sniffContainer of a file. */
export async function sniffFile(path: string): Promise<VideoContainer | null> {
  const file = await open(path);
  try {
    const start = Buffer.alloc(64);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    return sniffContainer(start.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
