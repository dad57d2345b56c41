import type { VisitStatus } from '../graphql/schema-types.generated.ts';
import { nameOf } from '../ui/analysis-name.ts';
import type { JudgedPositionFragment, OccasionPictureFragment, OccasionQuery } from './visit.generated.ts';

export interface Judged {
  planogram: { id: string; name: string } | null;
  planogramVersion: number;
  score: number | null;
  positions: readonly JudgedPositionFragment[];
}

/** A visit, or one picture that belongs to none: what can be compared. */
export interface Occasion {
  id: string;
  name: string;
  /** null: it is a single picture. */
  visit: { id: string; visitId: string; status: VisitStatus } | null;
  placeId: string | null;
  /** When its last picture was taken; null: there is none any more. */
  takenAt: string | null;
  /** The latest run of each, in the order of when they were taken. */
  pictures: readonly OccasionPictureFragment[];
  /** Pictures that were left out, since a visit may have thousands. */
  omitted: number;
  /** Videos that belong to the visit. */
  videoCount: number;
  /** How it agrees with planograms: one entry for each version. Empty: there was none for it. */
  judged: readonly Judged[];
}

/** null: neither a visit nor an analysis has this id. */
export function toOccasion(node: OccasionQuery['node']): Occasion | null {
  if (node?.__typename === 'Visit') {
    const { id, visitId, visitStatus: status, perVersion, analyses, videoAnalyses } = node;
    const pictures = latestRuns(analyses.nodes);
    return {
      ...{ id, name: visitId, visit: { id, visitId, status }, judged: perVersion },
      ...aboutPictures(pictures),
      omitted: analyses.totalCount - analyses.nodes.length,
      videoCount: videoAnalyses.totalCount,
    };
  }
  if (node?.__typename !== 'Analysis') return null;
  const judged = node.compliance === null ? [] : [node.compliance];
  return { id: node.id, name: nameOf(node), visit: null, judged, omitted: 0, videoCount: 0, ...aboutPictures([node]) };
}

function latestRuns(analyses: readonly OccasionPictureFragment[]): OccasionPictureFragment[] {
  const replaced = new Set(analyses.flatMap(({ rerunOf }) => rerunOf?.id ?? []));
  return analyses.filter(({ id }) => !replaced.has(id));
}

function aboutPictures(pictures: readonly OccasionPictureFragment[]) {
  const ordered = pictures.toSorted((a, b) => Date.parse(takenAtOf(a)) - Date.parse(takenAtOf(b)));
  const last = ordered.at(-1);
  return { pictures: ordered, placeId: last?.placeId ?? null, takenAt: last ? takenAtOf(last) : null };
}

export function takenAtOf({ image, createdAt }: OccasionPictureFragment): string {
  return image?.recordedAt ?? createdAt;
}
