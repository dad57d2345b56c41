import { startChild } from './child.ts';

export type ToBareLoop =
  | { type: 'init'; modelsDir: string; variantsDir: string; threads: number }
  | { type: 'run'; files: string[]; decodeAhead: boolean };

/** detections and named are sums over all pictures: what the system finds must be the same. */
export interface LoopResult {
  seconds: number;
  detections: number;
  named: number;
}

export interface BareLoop {
  /** decodeAhead: the next picture is decoded in another thread while the models look at this one, as an engine does. */
  run(files: string[], decodeAhead: boolean): Promise<LoopResult>;
}

/**
 * Starts the loop's process, with the memory and thread settings of an engine, and its models warm, in the variants that
 * the system has chosen for this machine.
 */
export async function startBareLoop(
  started: AsyncDisposableStack,
  options: { modelsDir: string; variantsDir: string; threads: number },
): Promise<BareLoop> {
  const env = {
    PATH: process.env.PATH,
    UV_THREADPOOL_SIZE: String(Math.max(2, options.threads)),
    MALLOC_ARENA_MAX: '2',
  };
  const child = startChild<ToBareLoop, LoopResult | 'ready'>(started, './bare-loop-process.ts', { env });
  child.send({ type: 'init', ...options });
  await child.next();
  return {
    async run(files, decodeAhead) {
      child.send({ type: 'run', files, decodeAhead });
      return (await child.next()) as LoopResult;
    },
  };
}
