import { setTimeout as delay } from 'node:timers/promises';
import type { GivenId } from '../given-id.ts';
import { findImages, type ImageRow } from '../images/images.repository.ts';
import { describeExampleJob } from '../jobs/definitions.ts';
import { addJob } from '../jobs/jobs.repository.ts';
import type { Resources } from '../resources.ts';
import { findDescription } from './descriptions.repository.ts';
import type { EmbeddingScope } from './embeddings.repository.ts';
import { type IndexModel, indexModel } from './index-model.ts';
import { findNearest } from './nearest.ts';
import { type Found, findExample, findImagesOfBytes, type SearchPage, searchByItem } from './search.repository.ts';
import { searchByWords } from './search-words.repository.ts';

export type SearchedBy = { imageId: GivenId } | { uploadId: GivenId } | { catalogItemId: GivenId } | { text: string };

/** An image with its score, 0..1. */
export type FoundImage = ImageRow & { score: number };

/** A search that cannot be answered, or cannot be answered now. */
export class SearchError extends Error {
  readonly code: 'BAD_USER_INPUT' | 'UNAVAILABLE';
  constructor(code: 'BAD_USER_INPUT' | 'UNAVAILABLE', message: string) {
    super(message);
    this.code = code;
  }
}

type SearchResources = Pick<Resources, 'db' | 'pipelines' | 'library' | 'logger'>;

/** A search by example returns no more than this many nearest pictures. */
export const mostNeighbours = 500;
/**
 * Pictures considered for a page, including the example. More are considered if too few are left, because many were deleted within
 * the hour that they stay in memory, or belong to no searchable image.
 */
const looksAt = [mostNeighbours + 1, 2_000, 8_000];
export const maxWords = 10;
/** How long a search waits for an engine to describe an example that is not indexed. */
const describeWaitMs = 10_000;
const describePollMs = 100;

/** Finds images among those that are INDEXED, nearest first. @throws SearchError */
export async function searchImages(
  app: SearchResources,
  organizationId: string,
  by: SearchedBy,
  page: SearchPage,
): Promise<FoundImage[]> {
  const found = await search(app, organizationId, by, page);
  const rows = await findImages(
    app.db,
    organizationId,
    found.map(({ id }) => id),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  // An image that was deleted at this moment is left out.
  return found.flatMap(({ id, score }) => (byId.has(id) ? [{ ...byId.get(id)!, score }] : []));
}

async function search(
  app: SearchResources,
  organizationId: string,
  by: SearchedBy,
  page: SearchPage,
): Promise<Found[]> {
  if ('text' in by) return searchByWords(app.db, organizationId, wordsOf(by.text), page);
  if ('catalogItemId' in by) {
    const { uuid } = by.catalogItemId;
    return uuid === null ? [] : searchByItem(app.db, organizationId, uuid, page);
  }
  return searchByExample(app, organizationId, by, page);
}

/** Letters and digits; words are divided in the same way as in the index (words_of in migrations/0020-folded-text.sql). */
function wordsOf(text: string): string[] {
  const words = [
    ...new Set(
      text
        .normalize('NFC')
        .toLowerCase()
        .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [],
    ),
  ];
  if (words.length === 0) throw new SearchError('BAD_USER_INPUT', 'text contains no word. Send at least one.');
  if (words.length <= maxWords) return words;
  throw new SearchError('BAD_USER_INPUT', `text has ${words.length} words; expected at most ${maxWords}.`);
}

async function searchByExample(
  app: SearchResources,
  organizationId: string,
  by: { imageId: GivenId } | { uploadId: GivenId },
  page: SearchPage,
): Promise<Found[]> {
  const model = indexModel(app.pipelines);
  if (!model)
    throw new SearchError(
      'UNAVAILABLE',
      'No pipeline of this server has an embedder, so it cannot search by example. Search by text.',
    );
  const query = await describeExample(app, organizationId, await bytesOf(app, organizationId, by), model);
  const scope = { organizationId, model: model.version };
  const example = 'imageId' in by ? by.imageId.uuid : null;
  let entries: Found[] = [];
  for (const limit of looksAt) {
    const { found, isAll } = await findLookalikes(app, scope, query, { example, limit });
    entries = found.filter((one) => page.after === null || nearestFirst(page.after, one) < 0).slice(0, page.limit);
    if (isAll || entries.length === page.limit) break;
  }
  return entries;
}

/** Images among this many pictures nearest to the query. `isAll`: a higher limit would find no more. */
async function findLookalikes(
  app: SearchResources,
  scope: EmbeddingScope,
  query: Float32Array,
  { example, limit }: { example: string | null; limit: number },
): Promise<{ found: Found[]; isAll: boolean }> {
  const cosines = await findNearest(app, scope, query, limit);
  const images = await findImagesOfBytes(app.db, scope.organizationId, [...cosines.keys()]);
  const found = images
    .filter(({ id }) => id !== example)
    .map(({ id, sha256 }) => ({ id, score: toScore(cosines.get(sha256)!) }))
    .sort(nearestFirst)
    .slice(0, mostNeighbours);
  return { found, isAll: found.length === mostNeighbours || cosines.size < limit };
}

/** Pictures with nothing in common have a cosine of about 0, because embeddings are centred. */
function toScore(cosine: number): number {
  return Math.round(Math.min(1, Math.max(0, cosine)) * 1e6) / 1e6;
}

function nearestFirst(a: Found, b: Found): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

async function bytesOf(
  { db }: SearchResources,
  organizationId: string,
  by: { imageId: GivenId } | { uploadId: GivenId },
): Promise<string> {
  const { uuid, text } = 'imageId' in by ? by.imageId : by.uploadId;
  const example = 'imageId' in by ? { imageId: uuid! } : { uploadId: uuid! };
  const sha256 = uuid === null ? null : await findExample(db, organizationId, example);
  if (sha256 === null)
    throw new SearchError('BAD_USER_INPUT', `Nothing with the id "${text}" exists in your organisation.`);
  if (sha256 !== undefined) return sha256;
  throw new SearchError('BAD_USER_INPUT', `The bytes of "${text}" have not arrived yet. Retry when they have.`);
}

/** If the picture has not been described yet, asks a worker to do it, and waits. */
async function describeExample(
  { db }: SearchResources,
  organizationId: string,
  sha256: string,
  model: IndexModel,
): Promise<Float32Array> {
  const deadline = performance.now() + describeWaitMs;
  for (let asked = false; performance.now() < deadline; await delay(describePollMs)) {
    const described = await findDescription(db, organizationId, sha256, model.version);
    if (described && 'embedding' in described) return described.embedding;
    if (described)
      throw new SearchError('BAD_USER_INPUT', `The example cannot be used for a search: ${described.failure.message}`);
    // Polled, because there is no event: the image, if there is one, does not change.
    if (!asked) await addJob(db, describeExampleJob, { payload: { organizationId, sha256 } });
    asked = true;
  }
  throw new SearchError('UNAVAILABLE', 'No engine has processed the example yet. Retry in a few seconds.');
}
