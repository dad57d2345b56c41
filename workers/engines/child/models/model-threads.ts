import { Worker } from 'node:worker_threads';
import type { LoadedModel } from '../../../../src/models/load-model.ts';
import { ModelError } from '../../../../src/models/model-error.ts';
import type { OutputTensors } from '../../../../src/recognition/decoders/tensor.ts';
import { Semaphore } from '../../../../src/shared/semaphore.ts';
import type { ModelTensors } from './check-tensors.ts';
import type { SessionOptions } from './create-session.ts';

/** Inputs of a model by name, all float32. Plain arrays, which are transferred to another thread. */
export type Feeds = Readonly<Record<string, { dims: readonly number[]; data: Float32Array<ArrayBuffer> }>>;

/** A model that is open in every thread. */
export interface ThreadedModel {
  tensors: ModelTensors;
  /** Runs in the next free thread, in the order of the calls. The arrays are transferred, and come back with the outputs. */
  run(feeds: Feeds): Promise<ThreadedRun>;
}

export interface ThreadedRun {
  outputs: OutputTensors;
  feeds: Feeds;
}

export type ThreadRequest =
  | { type: 'open'; model: LoadedModel; options: SessionOptions }
  | { type: 'run'; file: string; feeds: Feeds };

export type ThreadAnswer = { tensors: ModelTensors } | ThreadedRun | { error: Error };

/** Two runs per thread: the current one, and one to start at once without waiting for the engine's main thread. */
const runsAThread = 2;

/**
 * Threads that each have every small model for crops. A run of such a model gains little from a second processor, and a shelf has a
 * hundred crops. The engine's main thread runs none of them, so that it always has the next crop ready. With two threads,
 * `shelf-fast` takes 0.5 s for a hundred crops; with one run at a time on both it took 0.7 to 0.8 s.
 */
export class ModelThreads {
  readonly #count: number;
  /** How many runs may be in progress at once; further ones wait. */
  readonly runs: number;
  readonly #threads: ModelThread[] = [];
  /** The thread of each possible run; those of one thread are not adjacent. */
  readonly #free: ModelThread[] = [];
  readonly #slots: Semaphore;

  constructor(count: number) {
    this.#count = count;
    this.runs = count * runsAThread;
    this.#slots = new Semaphore(this.runs);
  }

  /** Throws ModelError. One at a time, and not while models run. */
  async open(model: LoadedModel, options: SessionOptions = {}): Promise<ThreadedModel> {
    if (this.#threads.length === 0) {
      this.#threads.push(...Array.from({ length: this.#count }, () => new ModelThread()));
      for (let run = 0; run < runsAThread; run++) this.#free.push(...this.#threads);
    }
    const [tensors] = await Promise.all(this.#threads.map((thread) => thread.open(model, options)));
    return { tensors: tensors!, run: (feeds) => this.#run(model.file, feeds) };
  }

  #run(file: string, feeds: Feeds): Promise<ThreadedRun> {
    return this.#slots.run(async () => {
      // The slots admit as many runs as there are entries here.
      const thread = this.#free.pop() as ModelThread;
      try {
        return await thread.run(file, feeds);
      } finally {
        this.#free.push(thread);
      }
    });
  }
}

/** Runs one request after the other, in the order of the calls. */
class ModelThread {
  readonly #worker = new Worker(new URL('./model-thread.ts', import.meta.url));
  readonly #asking: ((answer: ThreadAnswer) => void)[] = [];

  constructor() {
    // For example a lack of memory: the thread has ended, so the engine ends as well and is started again.
    this.#worker.on('error', (error) => {
      throw error;
    });
    this.#worker.on('message', (answer: ThreadAnswer) => {
      this.#asking.shift()!(answer);
      if (this.#asking.length === 0) this.#worker.unref();
    });
    this.#worker.unref();
  }

  /** Throws ModelError. */
  async open(model: LoadedModel, options: SessionOptions): Promise<ModelTensors> {
    const answer = await this.#ask({ type: 'open', model, options });
    if ('error' in answer) throw new ModelError(answer.error.message, { cause: answer.error.cause });
    return (answer as { tensors: ModelTensors }).tensors;
  }

  async run(file: string, feeds: Feeds): Promise<ThreadedRun> {
    const arrays = Object.values(feeds).map(({ data }) => data.buffer);
    const answer = await this.#ask({ type: 'run', file, feeds }, arrays);
    // A failure of this picture only.
    if ('error' in answer) throw answer.error;
    return answer as ThreadedRun;
  }

  #ask(request: ThreadRequest, given: ArrayBuffer[] = []): Promise<ThreadAnswer> {
    // Referenced while it works, so that a program without other work waits for it.
    this.#worker.ref();
    this.#worker.postMessage(request, given);
    return new Promise((resolve) => this.#asking.push(resolve));
  }
}
