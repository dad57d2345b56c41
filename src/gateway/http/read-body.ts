import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { refusal } from '../../refusal.ts';

/** The content coding of a body, from the header Content-Encoding: `identity`, `gzip`, or what the header says. */
export function contentCodingOf(req: IncomingMessage): string {
  const name = req.headers['content-encoding']?.trim().toLowerCase() || 'identity';
  // The same under an older name (RFC 9110).
  return name === 'x-gzip' ? 'gzip' : name.slice(0, 50);
}

export function isGzip(req: IncomingMessage): boolean {
  return contentCodingOf(req) === 'gzip';
}

/** Reads the whole body into memory, so its size must be limited before. @throws the error of the stream */
export async function readWhole(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Recognised by a byte order mark, or by the zero byte in its first character, which is ASCII in JSON and GraphQL. */
function isUtf16(bytes: Buffer): boolean {
  if (bytes.length < 2) return false;
  const first = bytes.readUInt16BE();
  return first === 0xfffe || first === 0xfeff || (first !== 0 && (first < 0x100 || (first & 0xff) === 0));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text as UTF-8, without a byte order mark. @throws GraphQLError BAD_USER_INPUT for any other encoding */
export function decodeText(bytes: Buffer): string {
  if (isUtf16(bytes)) throw refusal('BAD_USER_INPUT', 'The request is UTF-16. Send it as UTF-8.', 415);
  try {
    return utf8.decode(bytes);
  } catch {
    throw refusal('BAD_USER_INPUT', 'The request is not UTF-8. Send it in this encoding.');
  }
}
