import { type VideoType, videoFormats, videoTypes } from './formats.ts';

/** Other names that clients give these types. */
const aliases: ReadonlyMap<string, VideoType> = new Map([
  ['video/m4v', 'video/mp4'],
  ['video/x-m4v', 'video/mp4'],
  ['video/mov', 'video/quicktime'],
  ['video/matroska', 'video/x-matroska'],
  ['video/mkv', 'video/x-matroska'],
  ['video/avi', 'video/x-msvideo'],
  ['video/msvideo', 'video/x-msvideo'],
  ['video/vnd.avi', 'video/x-msvideo'],
]);

/** The type of video that a client's text names, without parameters; null: not a supported one. */
export function namedVideoType(text: string): VideoType | null {
  const name = text.split(';')[0]!.trim().toLowerCase();
  return videoTypes.find((type) => type === name) ?? aliases.get(name) ?? null;
}

/** Whether a file of one type may be announced as the other: phones and browsers confuse types whose containers are related. */
export function areRelated(one: VideoType, other: VideoType): boolean {
  return videoFormats[one].family === videoFormats[other].family;
}

/** How many first bytes of a file `sniffVideoType` looks at. */
export const sniffedBytes = 64;

/** Brands of pictures, which share a container with videos. */
const pictureBrands = /^(avif|avis|heic|heix|heim|heis|hevc|hevx|mif1|msf1|jxl |crx )$/;
/** Boxes that QuickTime files without a brand begin with. */
const quickTimeBoxes = ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];

/** The type according to the first bytes of a file; null: not a supported one. The name and type from the client are ignored. */
export function sniffVideoType(start: Buffer): VideoType | null {
  const text = start.toString('latin1', 0, sniffedBytes);
  const box = text.slice(4, 8);
  if (box === 'ftyp') return ofBrand(text.slice(8, 12));
  if (quickTimeBoxes.includes(box)) return 'video/quicktime';
  if (text.startsWith('\x1a\x45\xdf\xa3')) return ofDocument(text);
  return text.startsWith('RIFF') && text.slice(8, 12) === 'AVI ' ? 'video/x-msvideo' : null;
}

function ofBrand(brand: string): VideoType | null {
  if (pictureBrands.test(brand)) return null;
  return brand === 'qt  ' ? 'video/quicktime' : 'video/mp4';
}

/** Matroska, and WebM, which is a part of it, name the type of document in their header. */
function ofDocument(header: string): VideoType | null {
  if (header.includes('webm')) return 'video/webm';
  return header.includes('matroska') ? 'video/x-matroska' : null;
}
