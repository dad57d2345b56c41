import { createHmac, timingSafeEqual } from 'node:crypto';
import { encodeId } from '../ids.ts';

export interface SignUploadUrl {
  /** What clients reach this server by, without a slash at the end. */
  publicUrl: string;
  /** Of the table `secret`, by the name `url`. */
  secret: Buffer;
  /** UUID. */
  uploadId: string;
  /** Bytes are taken until then. */
  expiresAt: Date;
}

/** A link that takes the bytes of one file by PUT without a key. */
export function signUploadUrl({ publicUrl, secret, uploadId, expiresAt }: SignUploadUrl): string {
  const expires = Math.floor(expiresAt.getTime() / 1000);
  const query = new URLSearchParams({
    expires: String(expires),
    signature: signature(secret, uploadId, expires).toString('base64url'),
  });
  return `${publicUrl}/uploads/${encodeId('upload', uploadId)}?${query}`;
}

/** Why nothing is taken by a link; null when it was made by `signUploadUrl` with this secret, and still holds. */
export function refuseUploadUrl(secret: Buffer, uploadId: string, query: URLSearchParams, now: Date): string | null {
  const expires = Number(query.get('expires'));
  const given = Buffer.from(query.get('signature') ?? '', 'base64url');
  const expected = signature(secret, uploadId, expires);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return 'The signature of this link is not right. Use the url of the upload as it was given.';
  if (expires * 1000 > now.getTime()) return null;
  return 'This link has expired. Call renewUpload and send the bytes to the url that it answers with.';
}

function signature(secret: Buffer, uploadId: string, expires: number): Buffer {
  return createHmac('sha256', secret).update(`upload\n${uploadId}\n${expires}`).digest();
}
