import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type ToBareLoop =
  | { type: 'init'; modelsDir: string; threads: number }
  | { type: 'run'; files: string[]; decodeAhead: boolean };

export type FromBareLoop = { type: 'ready' } | ({ type: 'done' } & LoopResult);

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

/** Starts the loop's process, with the memory and thread settings of an engine, and its models warm. */
export async function startBareLoop(
  started: AsyncDisposableStack,
  options: { modelsDir: string; threads: number },
): Promise<BareLoop> {
  const child = fork(fileURLToPath(new URL('./bare-loop-process.ts', import.meta.url)), {
    env: {
      PATH: process.env.PATH,
      UV_THREADPOOL_SIZE: String(Math.max(2, options.threads)),
      MALLOC_ARENA_MAX: '2',
    },
  });
  started.defer(() => void child.kill());
  await ask(child, { type: 'init', ...options });
  return {
    async run(files, decodeAhead) {
      const answer = await ask(child, { type: 'run', files, decodeAhead });
      if (answer.type !== 'done') throw new Error('The bare loop gave no result.');
      return answer;
    },
  };
}

async function ask(child: ChildProcess, message: ToBareLoop): Promise<FromBareLoop> {
  const ended = new AbortController();
  const exited = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`The bare loop ended with code ${code}; its error is above.`);
  });
  exited.catch(() => {});
  child.send(message);
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal: ended.signal }), exited]);
    return answer as FromBareLoop;
  } finally {
    ended.abort();
  }
}
