import { findBatches } from '../batches/batches.repository.ts';
import { listRerunSources, type RerunSource } from '../batches/rerun.repository.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import { idKind } from '../ids.ts';
import type { Resources } from '../resources.ts';
import { findTasks } from '../tasks/tasks.repository.ts';
import { NotFoundError, ValidationError } from '../user-error.ts';
import { listVideoRerunSources, type VideoRerunSource } from '../video-analyses/rerun.repository.ts';

/** Exactly one of the three. Ids of both kinds of analyses may be mixed. */
export type RerunTarget = { ids: readonly GivenId[] } | { batchId: GivenId } | { taskId: GivenId };

/** An analysis to rerun, and its place among the ids of the request. */
export interface Placed<Source> {
  source: Source;
  index: number;
}

export interface RerunSources {
  pictures: Placed<RerunSource>[];
  videos: Placed<VideoRerunSource>[];
}

/** More would hold back the event log for too long, because it is one transaction. Measured: 10,000 take 2.4 s on two busy cores. */
const maxAnalyses = 10_000;

/** The analyses to rerun, in the order of the request. @throws ValidationError, NotFoundError */
export async function findSources(
  app: Resources,
  organizationId: string,
  { target, scope }: { target: RerunTarget; scope: 'FAILED' | 'ALL' },
): Promise<RerunSources> {
  if ('ids' in target) return findNamed(app, organizationId, target.ids);
  const set = await findSet(app, organizationId, target);
  const which = { onlyFailed: scope === 'FAILED', limit: maxAnalyses + 1 };
  const pictures = await listRerunSources(app.db, organizationId, set, which);
  // Videos belong to no batch.
  const videos = 'batchId' in set ? [] : await listVideoRerunSources(app.db, organizationId, set, which);
  if (pictures.length + videos.length > maxAnalyses)
    throw invalid(`It selects more than ${maxAnalyses} analyses. Rerun them in several requests, by batch or by ids.`);
  return { pictures: place(pictures), videos: place(videos) };
}

function place<Source>(sources: readonly Source[]): Placed<Source>[] {
  return sources.map((source, index) => ({ source, index }));
}

async function findNamed(app: Resources, organizationId: string, ids: readonly GivenId[]): Promise<RerunSources> {
  if (ids.length > maxAnalyses)
    throw invalid(`It has ${ids.length} ids; expected at most ${maxAnalyses}. Rerun them in several requests.`, 'ids');
  const all = ids.map((given, index) => ({ given, index }));
  const [ofVideos, ofPictures] = [all.filter(isOfVideo), all.filter((one) => !isOfVideo(one))];
  const which = { onlyFailed: false, limit: maxAnalyses };
  const setOf = (some: typeof all) => ({ ids: uuidsOf(some.map(({ given }) => given)) });
  return {
    pictures: pick(ofPictures, await listRerunSources(app.db, organizationId, setOf(ofPictures), which)),
    videos: pick(ofVideos, await listVideoRerunSources(app.db, organizationId, setOf(ofVideos), which)),
  };
}

function isOfVideo({ given }: { given: GivenId }): boolean {
  return idKind(given.text) === 'videoAnalysis';
}

function pick<Source extends { id: string }>(
  named: readonly { given: GivenId; index: number }[],
  found: readonly Source[],
): Placed<Source>[] {
  const byId = new Map(found.map((source) => [source.id, source]));
  return named.map(({ given: { uuid, text }, index }) => {
    const source = uuid === null ? undefined : byId.get(uuid);
    if (!source) throw new NotFoundError(text);
    return { source, index };
  });
}

async function findSet(
  app: Resources,
  organizationId: string,
  target: Exclude<RerunTarget, { ids: unknown }>,
): Promise<{ batchId: string } | { taskId: string }> {
  if ('batchId' in target) {
    const { uuid, text } = target.batchId;
    const found = uuid === null ? [] : await findBatches(app.db, organizationId, [uuid]);
    if (uuid === null || found.length === 0) throw new NotFoundError(text);
    return { batchId: uuid };
  }
  const { uuid, text } = target.taskId;
  const [task] = uuid === null ? [] : await findTasks(app.db, organizationId, [uuid]);
  if (!task || task.deleted_at !== null) throw new NotFoundError(text);
  return { taskId: task.id };
}

export function invalid(message: string, ...path: string[]): ValidationError {
  return new ValidationError([{ path: ['target', ...path], message }]);
}
