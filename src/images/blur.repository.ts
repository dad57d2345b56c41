import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type Blur, toBlur } from '../recognition/objects/blur.ts';
import type { BlobKey } from '../storage/blob-store.ts';

/** What is hidden of people in pictures of these bytes: the most that any image with them asks for; null: nothing. */
export async function findBlur(db: Kysely<DB>, { organizationId, sha256 }: BlobKey): Promise<Blur | null> {
  const row = await db
    .selectFrom('image')
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', Buffer.from(sha256, 'hex'))
    .select((eb) => eb.fn.min('blur_people').as('most'))
    .executeTakeFirst();
  return row?.most ? toBlur(row.most) : null;
}

/** Hides people in the images of new analyses as their tasks say. What is hidden stays hidden, whatever a later task says. */
export async function hideAsTasksSay(
  trx: Transaction<DB>,
  organizationId: string,
  analyses: readonly { imageId: string; taskId: string }[],
): Promise<void> {
  const rows = analyses.map(({ imageId, taskId }) => ({ imageId, taskId }));
  await sql`
    update image set blur_people = wanted.most
    from (
      select r."imageId" as image_id, min(task.blur_people) as most
      from json_to_recordset(${JSON.stringify(rows)}::json) as r("imageId" uuid, "taskId" uuid)
      join task on task.organization_id = ${organizationId} and task.id = r."taskId"
      group by r."imageId"
    ) wanted
    where image.organization_id = ${organizationId} and image.id = wanted.image_id
      and wanted.most < image.blur_people`.execute(trx);
}
