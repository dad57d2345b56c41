import { type Kysely, sql, type Transaction } from 'kysely';
import { seesVideo } from '../analyses/narrowing-filter.ts';
import type { Keyset } from '../database/keyset.ts';
import { countRows } from '../database/pool.ts';
import type { DB } from '../database/types.generated.ts';
import type { BlurChoice } from '../recognition/objects/blur.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { type VideoFilter, videoMatches } from './video-filter.ts';

/** A video with the properties of its bytes, which are null until they have arrived. */
export type VideoRow = Awaited<ReturnType<typeof findVideos>>[number];

function selectVideos(db: Kysely<DB>, organizationId: string) {
  return (
    db
      .selectFrom('video')
      .leftJoin('blob', (join) =>
        join.onRef('blob.organization_id', '=', 'video.organization_id').onRef('blob.sha256', '=', 'video.sha256'),
      )
      .where('video.organization_id', '=', organizationId)
      .select([
        'video.id',
        'video.status',
        'video.failure_code',
        'video.failure_message',
        'video.failure_retryable',
        'video.source_url',
        'video.filename',
        'video.external_id',
        'video.place_id',
        'video.metadata',
        'video.recorded_at',
        'video.created_at',
        'video.container',
        'video.codec',
        'video.width',
        'video.height',
        'video.rotation',
        'video.frame_rate',
        'video.header_seconds',
        'video.decoded_seconds',
        'video.truncated',
        'blob.mime_type',
      ])
      // The most that any video with the same bytes asks for.
      .select(
        sql<BlurChoice>`coalesce((
        select min(twin.blur_people) from video twin
        where twin.organization_id = video.organization_id and twin.sha256 = video.sha256), video.blur_people)`.as(
          'blur_people',
        ),
      )
      .select(sql<number | null>`blob.byte_size::double precision`.as('byte_size'))
      .select(sql<string | null>`encode(video.sha256, 'hex')`.as('sha256'))
  );
}

/** Those that exist, in any order. @param narrowing what the caller is limited to; null: nothing */
export function findVideos(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing: Narrowing | null = null,
) {
  return selectVideos(db, organizationId)
    .where('video.id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .where(seesVideo(narrowing))
    .execute();
}

/** Newest first. */
export function listVideos(
  db: Kysely<DB>,
  organizationId: string,
  filter: VideoFilter,
  page: Keyset,
): Promise<VideoRow[]> {
  return selectVideos(db, organizationId)
    .where(videoMatches(filter))
    .$if(page.after !== null, (query) => query.where('video.id', '<', page.after))
    .orderBy('video.id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function countVideos(db: Kysely<DB>, organizationId: string, filter: VideoFilter): Promise<number> {
  const { count } = await db
    .selectFrom('video')
    .where('video.organization_id', '=', organizationId)
    .where(videoMatches(filter))
    .select(countRows().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Locks a video against new references; undefined if it does not exist. Its upload is locked before, as when bytes arrive. */
export async function lockVideo(trx: Transaction<DB>, organizationId: string, id: string) {
  await trx
    .selectFrom('upload')
    .where('organization_id', '=', organizationId)
    .where('video_id', '=', id)
    .select('id')
    .forUpdate()
    .execute();
  return trx
    .selectFrom('video')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .select(['id', 'status', 'header_seconds', 'failure_code', 'failure_message', 'failure_retryable'])
    .select(sql<string | null>`encode(sha256, 'hex')`.as('sha256'))
    .forUpdate()
    .executeTakeFirst();
}

/** What is known of a locked video. */
export type LockedVideo = Awaited<ReturnType<typeof lockVideoStatuses>>[number];

/** The states of videos, locked until the end of the transaction, so that nothing arrives and nobody deletes them meanwhile. */
export function lockVideoStatuses(trx: Transaction<DB>, organizationId: string, ids: readonly string[]) {
  return trx
    .selectFrom('video')
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .select(['id', 'status', 'header_seconds', 'failure_code', 'failure_message', 'failure_retryable'])
    .orderBy('id')
    .forShare()
    .execute();
}

export async function removeVideo(trx: Transaction<DB>, organizationId: string, id: string): Promise<void> {
  await trx.deleteFrom('video').where('organization_id', '=', organizationId).where('id', '=', id).execute();
}
