import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { refusal } from '../../refusal.ts';

/**
 * Refuses a body that is not what it looks like: read as it is, a compressed one is broken JSON or a broken picture.
 * @returns what to say; null: the bytes are the content.
 */
export function encodingFault(req: IncomingMessage): string | null {
  const encoding = req.headers['content-encoding']?.trim().toLowerCase();
  if (!encoding || encoding === 'identity') return null;
  return `The request has the Content-Encoding "${encoding.slice(0, 50)}". Send the body uncompressed, without this header.`;
}

/** Holds the whole body in memory: bound it before. @throws what the stream fails with */
export async function readWhole(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** With a byte order mark, or without one by the zero in its first character, which JSON and GraphQL begin with an ASCII one. */
function isUtf16(bytes: Buffer): boolean {
  if (bytes.length < 2) return false;
  const first = bytes.readUInt16BE();
  return first === 0xfffe || first === 0xfeff || (first !== 0 && (first < 0x100 || (first & 0xff) === 0));
}

/** Text as UTF-8, without a byte order mark. @throws GraphQLError BAD_USER_INPUT for any other encoding */
export function decodeText(bytes: Buffer): string {
  if (isUtf16(bytes)) throw refusal('BAD_USER_INPUT', 'The request is UTF-16. Send it as UTF-8.', 415);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refusal('BAD_USER_INPUT', 'The request is not UTF-8. Send it in this encoding.');
  }
}
