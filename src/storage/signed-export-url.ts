import { createHmac, timingSafeEqual } from 'node:crypto';
import { encodeId } from '../ids.ts';

const hourMs = 3_600_000;

export interface SignExportUrl {
  /** What clients reach this server by, without a slash at the end. */
  publicUrl: string;
  /** Of the table `secret`, by the name `url`. */
  secret: Buffer;
  /** UUID. */
  exportId: string;
  now: Date;
}

/** A link to the file of an export that works without a key, for one to two hours, and stays the same within an hour. */
export function signExportUrl({ publicUrl, secret, exportId, now }: SignExportUrl): string {
  const expires = Math.ceil((now.getTime() + hourMs) / hourMs) * (hourMs / 1000);
  const query = new URLSearchParams({
    expires: String(expires),
    signature: signature(secret, exportId, expires).toString('base64url'),
  });
  return `${publicUrl}/exports/${encodeId('export', exportId)}?${query}`;
}

/** Why a link is not to be followed; null when it was made by `signExportUrl` with this secret, and still holds. */
export function refuseExportUrl(secret: Buffer, exportId: string, query: URLSearchParams, now: Date): string | null {
  const expires = Number(query.get('expires'));
  const given = Buffer.from(query.get('signature') ?? '', 'base64url');
  const expected = signature(secret, exportId, expires);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return 'The signature of this link is not right. Read the url of the export again.';
  return expires * 1000 <= now.getTime() ? 'This link has expired. Read the url of the export again.' : null;
}

function signature(secret: Buffer, exportId: string, expires: number): Buffer {
  return createHmac('sha256', secret).update(`export\n${exportId}\n${expires}`).digest();
}
