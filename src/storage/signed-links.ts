import { createHmac, timingSafeEqual } from 'node:crypto';
import { encodeId } from '../ids.ts';
import { expiredUploadAdvice } from '../shared/expired-upload.ts';
import type { RenditionWidth } from './renditions.ts';

const hourMs = 3_600_000;

/** What a link leads to: the bytes of an image, the file of an export, or the target of an upload. */
export type LinkKind = 'image' | 'export' | 'upload';

interface Advice {
  folder: string;
  forged: string;
  expired: string;
}

const kinds: Record<LinkKind, Advice> = {
  image: { folder: 'images', forged: 'Read the url of the image again.', expired: 'Read the url of the image again.' },
  export: {
    folder: 'exports',
    forged: 'Read the url of the export again.',
    expired: 'Read the url of the export again.',
  },
  upload: {
    folder: 'uploads',
    forged: 'Use the url of the upload unchanged.',
    expired: expiredUploadAdvice,
  },
};

export interface LinkSigner {
  /** The address by which clients reach this server, without a slash at the end. */
  publicUrl: string;
  /** Of the table `secret`, by the name `url`. */
  secret: Buffer;
}

export interface SignedLink {
  kind: LinkKind;
  /** UUID. */
  id: string;
  expiresAt: Date;
  /** Of an image: the rendition; null or absent: the original. */
  width?: RenditionWidth | null;
}

/** A link that works without an API key until it expires. */
export function signLink({ publicUrl, secret }: LinkSigner, { kind, id, expiresAt, width }: SignedLink): string {
  const expires = Math.floor(expiresAt.getTime() / 1000);
  const query = new URLSearchParams({ expires: String(expires) });
  if (width != null) query.set('width', String(width));
  query.set('signature', signature(secret, { kind, id, expires, width }).toString('base64url'));
  return `${publicUrl}/${kinds[kind].folder}/${encodeId(kind, id)}?${query}`;
}

/**
 * In one to two hours, on the hour: a link stays the same within an hour, so that browsers find in their cache what they
 * have shown before.
 */
export function nextHour(now: Date): Date {
  return new Date(Math.ceil((now.getTime() + hourMs) / hourMs) * hourMs);
}

export type LinkCheck = { valid: true; width: number | null } | { valid: false; reason: string };

/** Whether `signLink` made the query of a link to this object with this secret, and the link has not expired. */
export function checkLink(
  secret: Buffer,
  { kind, id }: Pick<SignedLink, 'kind' | 'id'>,
  query: URLSearchParams,
  now: Date,
): LinkCheck {
  const expires = Number(query.get('expires'));
  const width = query.has('width') ? Number(query.get('width')) : null;
  const given = Buffer.from(query.get('signature') ?? '', 'base64url');
  const expected = signature(secret, { kind, id, expires, width });
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return { valid: false, reason: `The signature of this link is invalid. ${kinds[kind].forged}` };
  if (expires * 1000 <= now.getTime()) return { valid: false, reason: `This link has expired. ${kinds[kind].expired}` };
  return { valid: true, width };
}

interface Signed {
  kind: LinkKind;
  id: string;
  /** Seconds since 1970. */
  expires: number;
  width?: number | null;
}

function signature(secret: Buffer, { kind, id, expires, width }: Signed): Buffer {
  // With the kind in it, a link to an export does not lead to an image of the same id.
  const parts = kind === 'image' ? [kind, id, width ?? '', expires] : [kind, id, expires];
  return createHmac('sha256', secret).update(parts.join('\n')).digest();
}
