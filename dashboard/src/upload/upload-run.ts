import type { ApolloClient } from '@apollo/client';
import { describeProblem } from '../graphql/describe-problem.ts';
import { newIdempotencyKey } from '../graphql/idempotency-key.ts';
import { untilAnswered } from '../graphql/until-answered.ts';
import { mediaFaultOf, videoTypeOf } from '../pictures/media-type.ts';
import { sendFile, type Target } from '../pictures/send-file.ts';
import { createTargets } from '../pictures/upload-targets.ts';
import {
  SubmitUploadsDocument,
  SubmitVideosDocument,
  type UploadedAnalysisFragment,
  type UploadedVideoFragment,
} from './upload.generated.ts';

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
  analysis: Uploaded | null;
}

/** The analysis of a picture or of a video. */
export type Uploaded = UploadedAnalysisFragment | UploadedVideoFragment;

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
 * One lot of files on their way. What they are part of is submitted before its bytes are sent, so that each file is recognised as soon as it has
 * arrived, and a connection that breaks costs only the file that was being sent.
 */
export class UploadRun {
  readonly id = newIdempotencyKey();
  #files: readonly RunFile[];
  #batches: readonly RunBatch[] = [];
  #videos: readonly (readonly string[])[] = [];
  #problem: string | null = null;
  readonly #options: RunOptions;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  #snapshot: RunState;

  constructor(files: readonly File[], options: RunOptions) {
    this.#options = options;
    this.#files = files.map((file, index) => ({
      ...{ index, name: file.name, byteSize: file.size },
      ...{ sentShare: null, problem: mediaFaultOf(file), analysis: null },
    }));
    this.#snapshot = this.#take();
    const ended = new AbortController();
    // Files that have not been sent are lost with the tab, whichever page is open in it.
    window.addEventListener('beforeunload', (event) => event.preventDefault(), { signal: ended.signal });
    this.#run(files)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#problem = describeProblem(error);
      })
      .finally(() => {
        ended.abort();
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
  update(analysis: Uploaded): void {
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
    const isVideo = ({ file }: Uploading) => videoTypeOf(file) !== null;
    // Pictures first: a video takes as long to send as hundreds of them.
    for (const some of [usable.filter((one) => !isVideo(one)), usable.filter(isVideo)])
      for (let start = 0; start < some.length; start += maxBatchSize)
        await this.#uploadBatch(some.slice(start, start + maxBatchSize));
  }

  async #uploadBatch(files: readonly Uploading[]): Promise<void> {
    const targets = await createTargets(
      this.#options.apollo,
      files.map(({ file }) => file),
      this.#stop.signal,
    );
    if (videoTypeOf(files[0]!.file) === null) await this.#submitPictures(files, targets);
    else await this.#submitVideos(files, targets);
    const left = files.map((file, i) => ({ ...file, target: targets[i]! }));
    const sendNext = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await this.#send(next);
    };
    await Promise.all(Array.from({ length: atOnce }, sendNext));
  }

  async #submitPictures(files: readonly Uploading[], targets: readonly { id: string }[]): Promise<void> {
    const { apollo, taskId } = this.#options;
    const images = targets.map(({ id }, i) => ({ ...this.#about(files[i]!), source: { uploadId: id } }));
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

  async #submitVideos(files: readonly Uploading[], targets: readonly { id: string }[]): Promise<void> {
    const { apollo, taskId } = this.#options;
    const videos = targets.map(({ id }, i) => ({ ...this.#about(files[i]!), taskId, source: { uploadId: id } }));
    const variables = { videos, idempotencyKey: newIdempotencyKey() };
    const { data } = await untilAnswered(
      () => apollo.mutate({ mutation: SubmitVideosDocument, variables, fetchPolicy: 'no-cache' }),
      this.#stop.signal,
    );
    const result = data!.analyzeVideos;
    if ('message' in result) throw new Error(result.message);
    result.analyses.forEach((analysis, i) => {
      this.#change(files[i]!.index, { analysis });
    });
    this.#videos = [...this.#videos, result.analyses.map(({ id }) => id)];
    this.#changed();
  }

  #about({ file }: Uploading) {
    const { placeId, visitId } = this.#options;
    return { externalId: file.name.slice(0, 255), placeId, visitId };
  }

  async #send({ index, file, target }: Uploading & { target: Target }): Promise<void> {
    this.#change(index, { sentShare: 0 });
    const tell = (sentShare: number) => this.#change(index, { sentShare });
    const refusal = await sendFile(target, file, tell, this.#stop.signal);
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
    return { files: this.#files, batches: this.#batches, videos: this.#videos, problem: this.#problem };
  }
}

export interface RunState {
  files: readonly RunFile[];
  batches: readonly RunBatch[];
  /** Ids of analyses of videos that were submitted together. */
  videos: readonly (readonly string[])[];
  /** What ended the run before all files were sent. */
  problem: string | null;
}
