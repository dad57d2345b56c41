import type { Logger } from 'pino';
import type { ExecutionProvider } from '../../../src/models/execution-provider.ts';
import type { DecodingLimit } from '../protocol/decoding-limit.ts';
import type { ForkEngine } from './fork-engine.ts';

/** What a pool of engines is started with. */
export interface EnginePoolOptions {
  modelsDir: string;
  /** Directory in which this machine stores which variants of models are faster; absent: all run in their default variant. */
  variantsDir?: string;
  /** Engine processes, at least 1; see planEngines. */
  engines: number;
  /** Threads of each engine's model runs. */
  threads: number;
  /** What runs the models: the CPU if absent, and where the machine cannot do what is wanted; a warning is logged then. */
  provider?: ExecutionProvider;
  /** Pictures with more pixels fail with IMAGE_TOO_LARGE; also limits the decoded pixels in an engine's memory. */
  maxImagePixels: number;
  /** Number of jobs that may wait; more fail with EngineQueueFullError at once. */
  queueLimit: number;
  logger: Logger;
  /** Another engine program, for tests of engines that crash. */
  fork?: ForkEngine;
  /** Another limit, for tests of pictures that take too long. */
  decodingLimit?: DecodingLimit;
}
