import { findBlur } from '../src/images/blur.repository.ts';
import { findUndecodable, listGone, noteUndecodable } from '../src/images/bytes/undecodable.repository.ts';
import { fitSize } from '../src/pictures/sizes.ts';
import type { Blur } from '../src/recognition/objects/blur.ts';
import { type Failure, pictureGone } from '../src/shared/failure.ts';
import { type BlobKey, findLocalFile } from '../src/storage/blob-store.ts';
import { failedOutcome } from './analysis-outcome.ts';
import { keepDerived, listMissing, madeAheadName, removeFiles, type Wanted } from './derived-pictures.ts';
import { inEngineSpan } from './engine-span.ts';
import type {
  AnalyzeJob,
  AnalyzeOutcome,
  DescribeJob,
  DescribeOutcome,
  FailedOutcome,
  JobHooks,
  ReadJob,
  ReadOutcome,
  RenderJob,
  RenderOutcome,
} from './engines/pool/pool.ts';
import type { Rendition } from './engines/protocol/renditions.ts';
import type { WorkerResources } from './resources.ts';

type WithoutFile<J> = Omit<J, 'file'>;

/**
 * Engine jobs on pictures in the store. All jobs of a worker go through it. A picture that any worker could not decode in time
 * fails at once, in every kind of job, and a job ends when its picture is deleted. Outcomes and errors are those of the pool, and
 * the store's errors.
 */
export class StoredPictures {
  readonly #resources: Pick<WorkerResources, 'db' | 'blobs' | 'engines' | 'logger'>;
  readonly #running = new Map<AbortController, BlobKey>();
  /** The keys whose pictures have been deleted. */
  readonly #gone = new WeakSet<AbortController>();

  constructor(resources: Pick<WorkerResources, 'db' | 'blobs' | 'engines' | 'logger'>) {
    this.#resources = resources;
  }

  analyze(key: BlobKey, job: WithoutFile<AnalyzeJob>, hooks: JobHooks): Promise<AnalyzeOutcome | FailedOutcome> {
    const { engines } = this.#resources;
    return this.#renderingToo(key, (pictures) =>
      this.#run('analyze', key, hooks, (file, watched) => engines.analyze({ ...job, file, ...pictures }, watched)),
    );
  }

  describe(key: BlobKey, job: WithoutFile<DescribeJob>, hooks: JobHooks): Promise<DescribeOutcome | FailedOutcome> {
    const { engines } = this.#resources;
    return this.#renderingToo(key, (pictures) =>
      this.#run('describe', key, hooks, (file, watched) => engines.describe({ ...job, file, ...pictures }, watched)),
    );
  }

  /** People are hidden as tasks say that have analysed the picture, unless the job says how. */
  async render(key: BlobKey, job: WithoutFile<RenderJob>, hooks: JobHooks): Promise<RenderOutcome | FailedOutcome> {
    const blur = job.blur === undefined ? await findBlur(this.#resources.db, key) : job.blur;
    const { engines } = this.#resources;
    return this.#run('render', key, hooks, (file, watched) => engines.render({ ...job, blur, file }, watched));
  }

  read(key: BlobKey, job: WithoutFile<ReadJob>, hooks: JobHooks): Promise<ReadOutcome | FailedOutcome> {
    const { engines } = this.#resources;
    return this.#run('read', key, hooks, (file, watched) => engines.read({ ...job, file }, watched));
  }

  /** Ends the jobs of pictures that were deleted: they fail with pictureGone. */
  async dropGone(): Promise<void> {
    const running = [...this.#running];
    const gone = new Set((await listGone(this.#resources.db, [...this.#running.values()])).map(nameOf));
    for (const [controller, key] of running) {
      if (!gone.has(nameOf(key))) continue;
      this.#gone.add(controller);
      controller.abort();
    }
  }

  /** The engine also makes missing renditions, because it has decoded the picture; they are stored before this resolves. */
  async #renderingToo<O extends AnalyzeOutcome | DescribeOutcome>(
    key: BlobKey,
    run: (pictures: { renditions: Rendition[]; blur: Blur | null }) => Promise<O | FailedOutcome>,
  ): Promise<O | FailedOutcome> {
    const blur = await findBlur(this.#resources.db, key);
    const wanted = await listMissing(this.#resources.blobs, key, blur);
    try {
      const outcome = await run({ blur, renditions: wanted.map(({ width, target }) => ({ width, target })) });
      if (outcome.ok && outcome.written?.length) await this.#keepRenditions(key, { wanted, blur }, outcome);
      return outcome;
    } finally {
      await removeFiles(wanted);
    }
  }

  /** An error in storing them does not affect the outcome: they are made again on request. */
  async #keepRenditions(
    key: BlobKey,
    { wanted, blur }: { wanted: Wanted[]; blur: Blur | null },
    { width, written }: AnalyzeOutcome | DescribeOutcome,
  ) {
    const sizes = new Map(wanted.map(({ target, size }) => [target, size]));
    const made = written!.map(({ target }) => ({
      name: madeAheadName(fitSize(sizes.get(target)!, width), blur),
      target,
    }));
    await keepDerived(this.#resources, key, made).catch((error: unknown) =>
      this.#resources.logger.warn({ err: error, ...key }, 'The renditions of a picture could not be stored.'),
    );
  }

  async #run<O extends { ok: true }>(
    kind: string,
    key: BlobKey,
    hooks: JobHooks,
    start: (file: string, hooks: JobHooks) => Promise<O | FailedOutcome>,
  ): Promise<O | FailedOutcome> {
    const known = await findUndecodable(this.#resources.db, key);
    if (known) return failedOutcome(known);
    const file = await findLocalFile(this.#resources.blobs, key);
    if (file === null) return failedOutcome(pictureGone);
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (hooks.signal?.aborted) abort();
    hooks.signal?.addEventListener('abort', abort, { once: true });
    this.#running.set(controller, key);
    try {
      const outcome = await inEngineSpan(kind, { ...hooks, signal: controller.signal }, (watched) =>
        start(file, watched),
      );
      return outcome.ok ? outcome : { ...outcome, failure: await this.#explain(key, outcome.failure) };
    } catch (error) {
      if (this.#gone.has(controller)) return failedOutcome(pictureGone);
      throw error;
    } finally {
      this.#running.delete(controller);
      hooks.signal?.removeEventListener('abort', abort);
    }
  }

  async #explain(key: BlobKey, failure: Failure): Promise<Failure> {
    if (failure.code === 'DECODING_TIME_EXCEEDED') await noteUndecodable(this.#resources.db, key, failure);
    // An engine that reads a picture when it has just been deleted only knows that the file does not exist.
    if (failure.code === 'INTERNAL' && (await listGone(this.#resources.db, [key])).length > 0) return pictureGone;
    return failure;
  }
}

function nameOf({ organizationId, sha256 }: BlobKey): string {
  return `${organizationId} ${sha256}`;
}
