import { LRUCache } from 'lru-cache';
import { decodeViews } from '../../../../../src/recognition/local-features/encoding.ts';
import type { LocalFeatures } from '../../../../../src/recognition/local-features/features.ts';
import type { StoredFeatures, WantedFeatures } from '../../../protocol/item-matrix.ts';
import { JobFailure } from '../../../protocol/job-failure.ts';
import type { WaitingGuard } from '../../job-guard.ts';

/** Features of catalogue pictures that one engine caches: 64 MB are about 1,300 pictures. */
const mostKeptBytes = 64 * 1024 * 1024;
/** Pictures per request: 3 MB, so that other messages do not wait long. */
const mostAtOnce = 64;
/** A worker that has not read a few megabytes by then never will. */
const answerTimeoutMs = 30_000;

/** Requests features from the worker; null: it could not read them. Missing ones are left out. */
export type AskForFeatures = (
  jobId: string,
  model: string,
  wanted: WantedFeatures[],
) => Promise<StoredFeatures[] | null>;

/** The organisation and the job that the features are for. */
export interface FeatureScope {
  jobId: string;
  /** name@version of the model that made them. */
  model: string;
  guard: WaitingGuard;
}

/**
 * Features of catalogue pictures, cached between jobs; the least recently used are evicted first. A picture never changes, and its
 * id belongs to one organisation, so no job of another organisation can refer to it.
 */
export class ItemFeatures {
  readonly #ask: AskForFeatures;
  readonly #kept: LRUCache<string, LocalFeatures[]>;

  constructor(ask: AskForFeatures, maxBytes = mostKeptBytes) {
    this.#ask = ask;
    this.#kept = new LRUCache({ maxSize: maxBytes, sizeCalculation: countBytes });
  }

  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /**
   * Features by picture id, one for each view of it; those of deleted pictures are left out. Throws a retryable JobFailure if the
   * worker cannot read them.
   */
  async find(wanted: readonly WantedFeatures[], scope: FeatureScope): Promise<Map<string, LocalFeatures[]>> {
    const found = new Map<string, LocalFeatures[]>();
    const lacking: WantedFeatures[] = [];
    for (const each of wanted) {
      const kept = this.#kept.get(`${scope.model} ${each.pictureId}`);
      if (kept) found.set(each.pictureId, kept);
      else lacking.push(each);
    }
    for (let first = 0; first < lacking.length; first += mostAtOnce) {
      for (const { pictureId, features } of await this.#request(lacking.slice(first, first + mostAtOnce), scope)) {
        const decoded = decodeViews(features);
        this.#kept.set(`${scope.model} ${pictureId}`, decoded);
        found.set(pictureId, decoded);
      }
    }
    return found;
  }

  async #request(wanted: WantedFeatures[], { jobId, model, guard }: FeatureScope): Promise<StoredFeatures[]> {
    const silence = Promise.withResolvers<null>();
    const timer = setTimeout(silence.resolve, answerTimeoutMs, null);
    try {
      const answer = await guard.wait(Promise.race([this.#ask(jobId, model, wanted), silence.promise]));
      if (answer) return answer;
    } finally {
      clearTimeout(timer);
    }
    throw new JobFailure('INTERNAL', 'The features of catalogue pictures could not be read. Submit the image again.', {
      retryable: true,
    });
  }
}

function countBytes(views: LocalFeatures[]): number {
  return views.reduce(
    (sum, { keypoints, descriptors, colors }) =>
      sum + keypoints.byteLength + descriptors.byteLength + colors.byteLength,
    1,
  );
}
