import { createHmac, timingSafeEqual } from 'node:crypto';
import { encodeId } from '../ids.ts';

/** Widths in pixels that pictures are also kept in. */
export const renditionWidths = [320, 1280] as const;
/** What renditions are, whatever the original is. */
export const renditionMimeType = 'image/jpeg';

const hourMs = 3_600_000;

export interface SignImageUrl {
  /** What clients reach this server by, without a slash at the end. */
  publicUrl: string;
  /** Of the table `secret`, by the name `url`. */
  secret: Buffer;
  /** UUID. */
  imageId: string;
  /** Pixels wanted: the smallest rendition that has as many is linked, else the original. Absent: the original. */
  width?: number | null;
  now: Date;
}

/**
 * A link to a picture that works without a key, for one to two hours: its end is rounded up to the hour, so that the link
 * stays the same within an hour and browsers find in their cache what they have shown before.
 */
export function signImageUrl({ publicUrl, secret, imageId, width, now }: SignImageUrl): string {
  const expires = Math.ceil((now.getTime() + hourMs) / hourMs) * (hourMs / 1000);
  const rendition = width == null ? null : (renditionWidths.find((candidate) => candidate >= width) ?? null);
  const query = new URLSearchParams({ expires: String(expires) });
  if (rendition !== null) query.set('width', String(rendition));
  query.set('signature', signature(secret, imageId, rendition, expires).toString('base64url'));
  return `${publicUrl}/images/${encodeId('image', imageId)}?${query}`;
}

/** The rendition that a link asks for (null: the original), or why it is not to be followed. */
export type SignedImage = { valid: true; width: number | null } | { valid: false; reason: string };

/** Whether a link's query was made by `signImageUrl` with this secret for this picture, and still holds. */
export function verifyImageUrl(secret: Buffer, imageId: string, query: URLSearchParams, now: Date): SignedImage {
  const expires = Number(query.get('expires'));
  const width = query.has('width') ? Number(query.get('width')) : null;
  const given = Buffer.from(query.get('signature') ?? '', 'base64url');
  const expected = signature(secret, imageId, width, expires);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return { valid: false, reason: 'The signature of this link is not right. Read the url of the image again.' };
  if (expires * 1000 <= now.getTime())
    return { valid: false, reason: 'This link has expired. Read the url of the image again.' };
  return { valid: true, width };
}

function signature(secret: Buffer, imageId: string, width: number | null, expires: number): Buffer {
  return createHmac('sha256', secret)
    .update(`image\n${imageId}\n${width ?? ''}\n${expires}`)
    .digest();
}
