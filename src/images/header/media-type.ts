import { formats, type MediaType, mediaTypes } from './formats.ts';
import { readable, UnreadablePictureError } from './unreadable-picture.ts';

/** Other names that clients give these types. */
const aliases: ReadonlyMap<string, MediaType> = new Map([
  ['image/jpg', 'image/jpeg'],
  ['image/pjpeg', 'image/jpeg'],
  ['image/heif', 'image/heic'],
  ['image/heic-sequence', 'image/heic'],
  ['image/heif-sequence', 'image/heic'],
]);

/** The type that a client's text names, without parameters; null: not a supported one. */
export function namedMediaType(text: string): MediaType | null {
  const name = text.split(';')[0]!.trim().toLowerCase();
  return mediaTypes.find((type) => type === name) ?? aliases.get(name) ?? null;
}

/** Formats that people send, that can be recognised by their first bytes (in hex) and are not supported. */
const notRead: [name: string, pattern: RegExp][] = [
  ['a TIFF file', /^(49492a00|4d4d002a)/],
  ['a BMP file', /^424d/],
  ['a PDF document', /^25504446/],
  ['a Photoshop file', /^38425053/],
  ['a ZIP archive', /^504b0304/],
  ['a video (Matroska or WebM)', /^1a45dfa3/],
  ['a JPEG XL picture', /^(ff0a|0000000c4a584c20)/],
  ['an icon file', /^0000(01|02)00/],
];

/** SVG is text that a decoder would execute like a program: external files, fonts, unbounded sizes. */
const markup = /^\s*<(\?xml|svg|!doctype|html|!--)/i;

/** The format that a file begins with. HEIF is the container of AVIF and HEIC, and of videos; its contents distinguish them. */
export type Container = Exclude<MediaType, 'image/avif' | 'image/heic'> | 'HEIF';

/**
 * The format according to the first bytes; the name and type from the client are ignored.
 * @throws UnreadablePictureError for unsupported formats, with the name of the format if it is known.
 */
export function sniffMediaType(start: Buffer): Container {
  if (start.length === 0) throw new UnreadablePictureError('INVALID_IMAGE', `The file is empty. ${readable}`);
  const hex = start.toString('hex', 0, 16);
  const type = mediaTypes.find((one) => formats[one].start.test(hex));
  if (type !== undefined) return type === 'image/avif' || type === 'image/heic' ? 'HEIF' : type;
  const known = notRead.find(([, pattern]) => pattern.test(hex))?.[0] ?? (isMarkup(start) ? 'SVG or HTML text' : null);
  if (known) throw new UnreadablePictureError('UNSUPPORTED_MEDIA', `The file is ${known}. ${readable}`);
  throw new UnreadablePictureError('INVALID_IMAGE', `The file is not an image of a supported format. ${readable}`);
}

function isMarkup(start: Buffer): boolean {
  return markup.test(start.toString('utf8', 0, 256).replace(/^\ufeff/, ''));
}
