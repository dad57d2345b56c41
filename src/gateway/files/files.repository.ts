import { type Kysely, sql } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { ExportFormat } from '../../exports/export-status.ts';
import type { DerivedPicture } from '../../pictures/derived-picture.ts';
import { stillToHide } from '../../pictures/still-to-hide.ts';
import type { FoundTrack } from '../../video-analyses/found.ts';

/** A stored image or video. */
export interface StoredFile {
  /** UUID. */
  id: string;
  organizationId: string;
  /** Lower-case hex. */
  sha256: string;
  byteSize: number;
  mimeType: string;
  filename: string | null;
  /** What of people is hidden in what is served; null: nothing. */
  blur: DerivedPicture['blur'] | null;
}

export interface StoredImage extends StoredFile {
  /** Pixels. */
  width: number;
  /** Whether its EXIF data has a position or a serial number. */
  hasPrivateExif: boolean;
}

function selectImages(db: Kysely<DB>) {
  return (
    db
      .selectFrom('image')
      .innerJoin('blob', (join) =>
        join.onRef('blob.organization_id', '=', 'image.organization_id').onRef('blob.sha256', '=', 'image.sha256'),
      )
      .select(['image.id', 'image.organization_id', 'image.filename'])
      .select(['blob.byte_size', 'blob.mime_type', 'blob.has_private_exif', 'blob.hidden_people'])
      // Only videos have none, and no image is one.
      .select((eb) => eb.ref('blob.width').$notNull().as('width'))
      .select(sql<string>`encode(blob.sha256, 'hex')`.as('sha256'))
      // The most that any image with the same bytes asks for.
      .select((eb) =>
        eb
          .selectFrom('image as twin')
          .whereRef('twin.organization_id', '=', 'image.organization_id')
          .whereRef('twin.sha256', '=', 'image.sha256')
          .select(({ fn }) => fn.min('twin.blur_people').as('most'))
          .as('most_blur'),
      )
  );
}

type ImageRow = Awaited<ReturnType<ReturnType<typeof selectImages>['executeTakeFirst']>>;

/**
 * The picture that a signed link leads to; null when it is unknown, deleted or not stored yet. No organisation is checked: the
 * signature of the link permits the access.
 */
export async function findStoredImage(db: Kysely<DB>, imageId: string): Promise<StoredImage | null> {
  return toStored(await selectImages(db).where('image.id', '=', imageId).executeTakeFirst());
}

/** The picture that an analysis with a result was of; null when one of both is not there. Without an organisation, as above. */
export async function findAnalyzedImage(db: Kysely<DB>, analysisId: string): Promise<StoredImage | null> {
  const row = await selectImages(db)
    .innerJoin('analysis', (join) =>
      join
        .onRef('analysis.organization_id', '=', 'image.organization_id')
        .onRef('analysis.image_id', '=', 'image.id')
        .on('analysis.status', '=', 'SUCCEEDED'),
    )
    .where('analysis.id', '=', analysisId)
    .executeTakeFirst();
  return toStored(row);
}

/** The organisation of an analysis; null: it is gone. The signature of the link permits the access. */
export async function findAnalysisOwner(db: Kysely<DB>, analysisId: string): Promise<string | null> {
  const row = await db.selectFrom('analysis').select('organization_id').where('id', '=', analysisId).executeTakeFirst();
  return row?.organization_id ?? null;
}

/** Width in pixels of what an analysis found, by its index in the result; null when there is none. Without an organisation, as above. */
export async function findDetectionWidth(
  db: Kysely<DB>,
  analysisId: string,
  detection: number,
): Promise<number | null> {
  const row = await db
    .selectFrom('analysis_result')
    .select(sql<number | null>`(detections -> ${detection}::int -> 'box' -> 2)::float8`.as('width'))
    .where('analysis_id', '=', analysisId)
    .executeTakeFirst();
  return row?.width ?? null;
}

function toStored(row: ImageRow): StoredImage | null {
  if (!row) return null;
  const { id, sha256, filename, width } = row;
  const byteSize = Number(row.byte_size);
  return {
    id,
    organizationId: row.organization_id,
    sha256,
    byteSize,
    mimeType: row.mime_type,
    width,
    filename,
    hasPrivateExif: row.has_private_exif,
    blur: stillToHide(row.most_blur, row.hidden_people),
  };
}

export interface StoredVideo extends StoredFile {
  /** Pixels, as shown; null: its header was not read. */
  width: number | null;
}

function selectVideos(db: Kysely<DB>) {
  return db
    .selectFrom('video')
    .innerJoin('blob', (join) =>
      join.onRef('blob.organization_id', '=', 'video.organization_id').onRef('blob.sha256', '=', 'video.sha256'),
    )
    .select(['video.id', 'video.organization_id', 'video.filename', 'video.width', 'blob.byte_size', 'blob.mime_type'])
    .select(sql<string>`encode(blob.sha256, 'hex')`.as('sha256'))
    .select(
      sql<StoredVideo['blur']>`(
        select nullif(min(twin.blur_people), 'NONE') from video twin
        where twin.organization_id = video.organization_id and twin.sha256 = video.sha256)`.as('blur'),
    );
}

type StoredVideoRow = Awaited<ReturnType<ReturnType<typeof selectVideos>['executeTakeFirstOrThrow']>>;

function toStoredVideo(row: StoredVideoRow): StoredVideo {
  const { id, sha256, filename, width, blur, organization_id: organizationId, mime_type: mimeType } = row;
  return { id, organizationId, sha256, byteSize: Number(row.byte_size), mimeType, filename, width, blur };
}

/** The video that a signed link leads to; null when it is unknown, deleted or not stored yet. No organisation is checked, as above. */
export async function findStoredVideo(db: Kysely<DB>, videoId: string): Promise<StoredVideo | null> {
  const row = await selectVideos(db).where('video.id', '=', videoId).executeTakeFirst();
  return row ? toStoredVideo(row) : null;
}

/** The best sighting of a track with the video that shows it; null when one of both is not there. Without an organisation, as above. */
export async function findStoredTrack(
  db: Kysely<DB>,
  videoAnalysisId: string,
  track: number,
): Promise<{ video: StoredVideo; best: FoundTrack['best'] } | null> {
  const row = await selectVideos(db)
    .innerJoin('video_analysis', (join) =>
      join
        .onRef('video_analysis.organization_id', '=', 'video.organization_id')
        .onRef('video_analysis.video_id', '=', 'video.id'),
    )
    .innerJoin('video_track', 'video_track.video_analysis_id', 'video_analysis.id')
    .select('video_track.best')
    .where('video_analysis.id', '=', videoAnalysisId)
    .where('video_track.track', '=', track)
    .executeTakeFirst();
  return row ? { video: toStoredVideo(row), best: row.best as unknown as FoundTrack['best'] } : null;
}

export interface StoredExport {
  organizationId: string;
  format: ExportFormat;
  byteSize: number;
}

/** The file that a signed link leads to; null when it has been removed. No organisation is checked, as above. */
export async function findStoredExport(db: Kysely<DB>, exportId: string): Promise<StoredExport | null> {
  const row = await db
    .selectFrom('export')
    .select(['organization_id', 'format', 'byte_size'])
    .where('id', '=', exportId)
    .where('status', '=', 'SUCCEEDED')
    .executeTakeFirst();
  return row ? { organizationId: row.organization_id, format: row.format, byteSize: Number(row.byte_size) } : null;
}
