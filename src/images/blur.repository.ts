import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { stillToHide } from '../pictures/still-to-hide.ts';
import type { Blur } from '../recognition/objects/blur.ts';
import type { BlobKey } from '../storage/blob-store.ts';

/**
 * What is to be hidden of people in pictures of these bytes: the most that any image with them asks for; null: nothing, or nothing that is not
 * unrecognisable in the bytes themselves.
 */
export async function findBlur(db: Kysely<DB>, { organizationId, sha256 }: BlobKey): Promise<Blur | null> {
  const row = await db
    .selectFrom('image')
    .innerJoin('blob', (join) =>
      join.onRef('blob.organization_id', '=', 'image.organization_id').onRef('blob.sha256', '=', 'image.sha256'),
    )
    .where('image.organization_id', '=', organizationId)
    .where('image.sha256', '=', Buffer.from(sha256, 'hex'))
    .select(({ fn }) => [fn.min('image.blur_people').as('most'), fn.min('blob.hidden_people').as('hidden')])
    .executeTakeFirst();
  return row ? stillToHide(row.most, row.hidden) : null;
}

/**
 * Hides people in the images of new analyses as their tasks say. What is hidden stays hidden, whatever a later task says. Notes the originals
 * that a task does not keep, and the images whose position one returns.
 */
export async function hideAsTasksSay(
  trx: Transaction<DB>,
  organizationId: string,
  analyses: readonly { imageId: string; taskId: string }[],
): Promise<void> {
  const rows = analyses.map(({ imageId, taskId }) => ({ imageId, taskId }));
  await sql`
    with wanted as (
      select r."imageId" as image_id, min(task.blur_people) as most, bool_and(task.keep_original) as keeps_original,
        bool_or(task.exif_position) as shows_position
      from json_to_recordset(${JSON.stringify(rows)}::json) as r("imageId" uuid, "taskId" uuid)
      join task on task.organization_id = ${organizationId} and task.id = r."taskId"
      group by r."imageId"
    ), hidden as (
      update image set
        blur_people = least(wanted.most, image.blur_people),
        shows_position = wanted.shows_position or image.shows_position
      from wanted
      where image.organization_id = ${organizationId} and image.id = wanted.image_id
        and (wanted.most < image.blur_people or wanted.shows_position > image.shows_position)
    )
    insert into original_removal (organization_id, image_id)
    select ${organizationId}, image_id from wanted where not keeps_original
    on conflict do nothing`.execute(trx);
}
