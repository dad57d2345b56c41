import type { Config } from '../config.ts';
import type { Resources } from '../resources.ts';
import type { UploadLink } from '../storage/blob-store.ts';
import { signLink } from '../storage/signed-links.ts';
import { awaitMinutes, type UploadRow } from './upload-row.ts';

/**
 * A link into the store ends this long before the upload does: we are not notified when bytes arrive, and a worker that looks every
 * 30 s should also find those that arrive in the last second.
 */
const lastLookMs = 60_000;

type DirectUpload = UploadRow & { byte_size: number; sha256: string };

/** Whether its bytes are sent directly to the store. Those of uploads from before UPLOADS_DIRECT was on are not. */
export function isDirect(config: Pick<Config, 'uploadsDirect'>, upload: UploadRow): upload is DirectUpload {
  return config.uploadsDirect && upload.byte_size !== null && upload.sha256 !== null;
}

/** Until when bytes may be sent; after they have arrived, until when they are kept unused. */
export function openUntil(config: Pick<Config, 'uploadsDirect'>, upload: UploadRow): Date {
  if (!isDirect(config, upload) || upload.status === 'RECEIVED') return upload.expires_at;
  return new Date(upload.expires_at.getTime() - lastLookMs);
}

/** Where to send the bytes of an upload, and with which headers. */
export async function uploadLink(
  app: Pick<Resources, 'config' | 'blobs' | 'publicUrl' | 'urlSecret'>,
  upload: UploadRow,
): Promise<UploadLink> {
  if (isDirect(app.config, upload) && app.blobs.directUploads)
    return app.blobs.directUploads.link(
      { organizationId: upload.organization_id, uploadId: upload.id },
      { byteSize: upload.byte_size, sha256: upload.sha256, mimeType: upload.mime_type },
      ...validity(upload),
    );
  return { url: resumableLink(app, upload), headers: [{ name: 'Content-Type', value: upload.mime_type }] };
}

/** Where the bytes of an upload can be sent in parts: to this server, even if `uploadLink` leads into the store, which takes a file in one request only. */
export function resumableLink(app: Pick<Resources, 'publicUrl' | 'urlSecret'>, upload: UploadRow): string {
  const signer = { publicUrl: app.publicUrl(), secret: app.urlSecret };
  return signLink(signer, { kind: 'upload', id: upload.id, expiresAt: upload.expires_at });
}

/** The start and the duration in seconds, always the same for the same expiry. An upload that is not awaited gets an expired link. */
function validity({ status, expires_at }: UploadRow): [from: Date, expiresSeconds: number] {
  const awaitedMs = awaitMinutes * 60_000;
  const from = status === 'AWAITING_UPLOAD' ? new Date(expires_at.getTime() - awaitedMs) : new Date(0);
  return [from, (awaitedMs - lastLookMs) / 1000];
}
