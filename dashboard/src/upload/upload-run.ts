import type { ApolloClient } from '@apollo/client';
import { describeProblem } from '../graphql/describe-problem.ts';
import { newIdempotencyKey } from '../graphql/idempotency-key.ts';
import { untilAnswered } from '../graphql/until-answered.ts';
import { faultOf } from '../pictures/media-type.ts';
import { sendFile, type Target } from '../pictures/send-file.ts';
import { createTargets } from '../pictures/upload-targets.ts';
import { SubmitUploadsDocument, type UploadedAnalysisFragment } from './upload.generated.ts';

/** More connections to one server than this wait in the browser, together with everything else. */
const atOnce = 3;

export interface RunFile {
  /** Its place in the list. */
  index: number;
  name: string;
  byteSize: number;
  /** Of its bytes, 0 to 1; null until it is its turn. */
  sentShare: number | null;
  /** Why it was not sent, or not accepted. */
  problem: string | null;
  analysis: UploadedAnalysisFragment | null;
}

export interface RunBatch {
  id: string;
  eventCursor: string;
}

interface Uploading {
  index: number;
  file: File;
}

export interface RunOptions {
  apollo: ApolloClient;
  taskId: string;
  placeId: string | null;
  /** The sender's own id of the visit that the pictures belong to; null: none. */
  visitId: string | null;
  /** Files of one batch. */
  maxBatchSize: number;
}

/**
 * One lot of files on their way. A batch is submitted before its bytes are sent, so that each file is recognised as soon as it has
 * arrived, and a connection that breaks costs only the file that was being sent.
 */
export class UploadRun {
  readonly id = newIdempotencyKey();
  #files: readonly RunFile[];
  #batches: readonly RunBatch[] = [];
  #problem: string | null = null;
  #isSending = true;
  readonly #options: RunOptions;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  #snapshot: RunState;

  constructor(files: readonly File[], options: RunOptions) {
    this.#options = options;
    this.#files = files.map((file, index) => ({
      ...{ index, name: file.name, byteSize: file.size },
      ...{ sentShare: null, problem: faultOf(file), analysis: null },
    }));
    this.#snapshot = this.#take();
    this.#run(files)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#problem = describeProblem(error);
      })
      .finally(() => {
        this.#isSending = false;
        this.#changed();
      });
  }

  /** For useSyncExternalStore, as `subscribe` is. */
  readonly state = (): RunState => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What a stream says of one of its analyses. */
  update(analysis: UploadedAnalysisFragment): void {
    const file = this.#files.find((candidate) => candidate.analysis?.id === analysis.id);
    if (file) this.#change(file.index, { analysis });
  }

  /** Nothing more is sent. Analyses whose bytes have not arrived expire. */
  stop(): void {
    this.#stop.abort();
  }

  async #run(files: readonly File[]): Promise<void> {
    const usable = this.#files.flatMap(({ index, problem }) =>
      problem === null ? [{ index, file: files[index]! }] : [],
    );
    const { maxBatchSize } = this.#options;
    for (let start = 0; start < usable.length; start += maxBatchSize)
      await this.#uploadBatch(usable.slice(start, start + maxBatchSize));
  }

  async #uploadBatch(files: readonly Uploading[]): Promise<void> {
    const targets = await createTargets(
      this.#options.apollo,
      files.map(({ file }) => file),
      this.#stop.signal,
    );
    await this.#submit(files, targets);
    const left = files.map((file, i) => ({ ...file, target: targets[i]! }));
    const sendNext = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await this.#send(next);
    };
    await Promise.all(Array.from({ length: atOnce }, sendNext));
  }

  async #submit(files: readonly Uploading[], targets: readonly { id: string }[]): Promise<void> {
    const { apollo, taskId, placeId, visitId } = this.#options;
    const images = targets.map(({ id }, i) => ({
      source: { uploadId: id },
      ...{ externalId: files[i]!.file.name.slice(0, 255), placeId, visitId },
    }));
    const variables = { input: { taskId, images, idempotencyKey: newIdempotencyKey() } };
    const { data } = await untilAnswered(
      () => apollo.mutate({ mutation: SubmitUploadsDocument, variables, fetchPolicy: 'no-cache' }),
      this.#stop.signal,
    );
    const result = data!.submitBatch;
    if ('message' in result) throw new Error(result.message);
    for (const { index, analysis } of result.items) this.#change(files[index]!.index, { analysis });
    this.#batches = [...this.#batches, result.batch];
    this.#changed();
  }

  async #send({ index, file, target }: Uploading & { target: Target }): Promise<void> {
    const { signal } = this.#stop;
    const attempt = () => {
      this.#change(index, { sentShare: 0 });
      return sendFile(target, file, (sentShare) => this.#change(index, { sentShare }), signal);
    };
    const refusal = await untilAnswered(attempt, signal);
    this.#change(index, refusal === null ? { sentShare: 1 } : { problem: refusal });
  }

  #change(index: number, change: Partial<RunFile>): void {
    this.#files = this.#files.with(index, { ...this.#files[index]!, ...change });
    this.#changed();
  }

  #changed(): void {
    this.#snapshot = this.#take();
    for (const listener of this.#listeners) listener();
  }

  #take(): RunState {
    return { files: this.#files, batches: this.#batches, problem: this.#problem, isSending: this.#isSending };
  }
}

export interface RunState {
  files: readonly RunFile[];
  batches: readonly RunBatch[];
  /** What ended the run before all files were sent. */
  problem: string | null;
  isSending: boolean;
}
