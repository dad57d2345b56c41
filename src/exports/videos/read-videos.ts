import type { Kysely } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { FoundFrame } from '../../video-analyses/found.ts';
import { listFrames } from '../../video-analyses/seconds.repository.ts';
import { secondOf } from '../../video-analyses/time.ts';
import { listTracks, type TrackRow, type VideoAnalysisFilter } from '../../video-analyses/video-analyses.repository.ts';
import { itemLookup, type NamedItem, type NamedItems } from '../named-items.ts';
import { type ExportedVideoRow, readVideoPage } from './read-videos.repository.ts';

/** A video analysis, whose results are read part by part: an hour of video has more than fits into memory. */
export interface ExportedVideo {
  row: ExportedVideoRow;
  tracks(): AsyncIterable<Part<TrackRow>>;
  /** In the order of time. */
  frames(): AsyncIterable<Part<FoundFrame>>;
  /** The frames of each second that has any, in the order of time. */
  seconds(): AsyncIterable<Part<FoundFrame>>;
}

/** Some of the results of an analysis, with the items that they name. */
export interface Part<Result> {
  results: Result[];
  items: NamedItems;
}

export interface VideoExportSource {
  db: Kysely<DB>;
  organizationId: string;
  export: { id: string; filter: VideoAnalysisFilter };
}

/** Rows of a page. Paths of tracks, and frames with all their detections, are some kilobytes each. */
const limits = { videos: 100, tracks: 50, frames: 100 };

/** All video analyses of an export. It keeps no transaction open. @throws the signal's reason when it is aborted */
export async function* readVideos(source: VideoExportSource, signal: AbortSignal): AsyncGenerator<ExportedVideo, void> {
  const { db, organizationId } = source;
  const findItems = itemLookup(db, organizationId);
  const pages = pagesOf<ExportedVideoRow>(
    signal,
    limits.videos,
    ({ id }) => id,
    (page) => readVideoPage(db, organizationId, source.export, page),
  );
  for await (const page of pages)
    for (const row of page) {
      const frames = () =>
        withItems(
          pagesOf<FoundFrame>(
            signal,
            limits.frames,
            ({ timeSeconds }) => String(timeSeconds),
            (at) =>
              listFrames(db, organizationId, row.id, {
                ...{ fromSeconds: null, toSeconds: null, limit: at.limit },
                afterSeconds: at.after === null ? null : Number(at.after),
              }),
          ),
          ({ detections }) => detections.map(({ itemId }) => itemId),
          findItems,
        );
      const tracks = () =>
        withItems(
          pagesOf<TrackRow>(
            signal,
            limits.tracks,
            ({ track }) => String(track),
            (at) => listTracks(db, organizationId, row.id, { minSightings: 1 }, at),
          ),
          ({ catalog_item_id }) => [catalog_item_id],
          findItems,
        );
      yield { row, tracks, frames, seconds: () => bySecond(frames()) };
    }
}

interface Page {
  after: string | null;
  limit: number;
}

async function* pagesOf<Row>(
  signal: AbortSignal,
  limit: number,
  keyOf: (row: Row) => string,
  load: (page: Page) => Promise<Row[]>,
): AsyncGenerator<Row[], void> {
  for (let after: string | null = null; ; ) {
    signal.throwIfAborted();
    const rows: Row[] = await load({ after, limit });
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    if (rows.length < limit) return;
    after = keyOf(last);
  }
}

async function* withItems<Result>(
  pages: AsyncIterable<Result[]>,
  itemsOf: (result: Result) => (string | null)[],
  findItems: ReturnType<typeof itemLookup>,
): AsyncGenerator<Part<Result>, void> {
  for await (const results of pages) {
    const ids = results.flatMap(itemsOf).filter((id) => id !== null);
    yield { results, items: await findItems(new Set(ids)) };
  }
}

/** A page may end within a second. */
async function* bySecond(parts: AsyncIterable<Part<FoundFrame>>): AsyncGenerator<Part<FoundFrame>, void> {
  let held: (Part<FoundFrame> & { second: number; items: Map<string, NamedItem> }) | null = null;
  for await (const { results, items } of parts)
    for (const frame of results) {
      const second = secondOf(frame.timeSeconds);
      if (held && held.second !== second) {
        yield held;
        held = null;
      }
      held ??= { second, results: [], items: new Map() };
      held.results.push(frame);
      for (const { itemId } of frame.detections) if (itemId !== null) held.items.set(itemId, items.get(itemId)!);
    }
  if (held) yield held;
}
