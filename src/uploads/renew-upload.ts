import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import type { GivenId } from '../given-id.ts';
import { imageAwaitedAgain } from '../images/arrival.ts';
import { isAnalyzed, isCatalogPicture } from '../images/removal/image-uses.repository.ts';
import type { Resources } from '../resources.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import { addArrivalJobs } from './arrival-jobs.ts';
import { isDirect } from './direct-upload.ts';
import type { UploadRow } from './upload-row.ts';
import { isExpiryWritten, lockUploads, setAwaited } from './uploads.repository.ts';

/**
 * Accepts bytes for another hour, with a new link, even if the upload has expired, unless something has ended because of that.
 * @throws NotFoundError; ConflictError if bytes have arrived, or if an analysis or catalogue item has ended because they did not.
 */
export async function renewUpload(
  app: Pick<Resources, 'db' | 'hints' | 'config'>,
  organizationId: string,
  { text, uuid }: GivenId,
): Promise<UploadRow> {
  if (uuid === null) throw new NotFoundError(text);
  const renewed = await inLogOrder(app.db, async (trx) => {
    const [upload] = await lockUploads(trx, organizationId, [uuid]);
    if (!upload) throw new NotFoundError(text);
    await renew(trx, organizationId, upload, text);
    const [awaited] = await lockUploads(trx, organizationId, [uuid]);
    if (isDirect(app.config, awaited!)) await addArrivalJobs(trx, organizationId, [uuid], 0);
    return awaited!;
  });
  app.hints.eventsWritten();
  return renewed;
}

async function renew(trx: Transaction<DB>, organizationId: string, upload: UploadRow, text: string): Promise<void> {
  const { status, image_id: imageId } = upload;
  if (status === 'RECEIVED') throw new ConflictError(`The bytes of the upload ${text} have already been received.`);
  if (status === 'FAILED')
    throw new ConflictError(`The bytes of the upload ${text} were received and cannot be used. Create another upload.`);
  if (imageId !== null && (await isExpiryWritten(trx, organizationId, upload.id))) {
    if ((await isAnalyzed(trx, organizationId, imageId)) || (await isCatalogPicture(trx, organizationId, imageId)))
      throw new ConflictError(
        `The upload ${text} has expired, and an analysis or catalogue item that waited for it has ended. Create another upload and submit that one.`,
      );
    await imageAwaitedAgain(trx, organizationId, imageId);
  }
  if (upload.video_id !== null && (await isExpiryWritten(trx, organizationId, upload.id)))
    throw new ConflictError(
      `The upload ${text} has expired, and so has the video that waited for it. Create another upload and submit that one.`,
    );
  await setAwaited(trx, organizationId, upload.id);
}
