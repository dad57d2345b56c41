import { pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { refusal } from '../../refusal.ts';
import { tooLarge } from './request-body.ts';

/**
 * The content of a gzipped body as a stream that fails with PAYLOAD_TOO_LARGE when it exceeds `limitBytes`: no more than that of a
 * body that would expand to gigabytes is decompressed. It also fails when the body does, with the same error.
 */
export function gunzipBody(body: Readable, limitBytes: number): Readable {
  let unpacked = 0;
  const content = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      if (unpacked > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
  // As with the body itself, its reader gets the error.
  content.on('error', () => undefined);
  const gunzip = createGunzip();
  gunzip.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code?.startsWith('Z_')) content.destroy(notGzip());
  });
  pipeline(body, gunzip, content, () => undefined);
  return content;
}

function notGzip() {
  return refusal(
    'BAD_USER_INPUT',
    'The request has the Content-Encoding "gzip", but its body is not gzip, or ends too early. Send it again, or uncompressed.',
  );
}
