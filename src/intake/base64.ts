import { Readable } from 'node:stream';
import { UnusablePictureError } from '../images/receiving/unusable-picture.ts';

/** A multiple of 4 characters, so that every slice is valid base64. */
const sliceLength = 64 * 1024;
const alphabet = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The bytes of base64 text as a stream, decoded slice by slice. Line breaks are accepted, because `base64` and e-mail write them.
 * @throws UnusablePictureError when it is not base64, or decodes to more bytes than the limit (found before decoding).
 */
export function decodeBase64(text: string, maxBytes: number): Readable {
  if (/^\s*data:/i.test(text))
    throw new UnusablePictureError(
      'INVALID_IMAGE',
      'The base64 begins with "data:". Send only the part after the comma of a data URL.',
    );
  const packed = withoutLineBreaks(text);
  const byteSize = Math.floor((packed.replace(/=+$/, '').length * 3) / 4);
  if (byteSize > maxBytes)
    throw new UnusablePictureError(
      'FILE_TOO_LARGE',
      `The file has ${byteSize} bytes; at most ${maxBytes} are allowed. Send a smaller image.`,
      maxBytes,
    );
  if (!alphabet.test(packed) || packed.replace(/=+$/, '').length % 4 === 1)
    throw new UnusablePictureError(
      'INVALID_IMAGE',
      packed.includes(' ') && alphabet.test(packed.replaceAll(' ', '+'))
        ? 'The base64 contains spaces. If a form was decoded on the way, each of them was a "+". Send the text unchanged.'
        : 'The text is not base64 (A-Z, a-z, 0-9, + and /, with = at the end). Encode the bytes of the file again.',
    );
  return Readable.from(slices(packed), { objectMode: false });
}

/**
 * Spaces are not removed, so they are invalid: if a form decoder has replaced a "+" with a space, removing it would decode to other
 * bytes.
 */
function withoutLineBreaks(text: string): string {
  return /[\r\n\t]/.test(text) ? text.replaceAll(/[\r\n\t]+/g, '') : text;
}

function* slices(text: string): Generator<Buffer> {
  for (let at = 0; at < text.length; at += sliceLength) yield Buffer.from(text.slice(at, at + sliceLength), 'base64');
}
