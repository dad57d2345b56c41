import { sameKeyPressMs } from '../same-key-press.ts';

/** The person stopped the demo: no failure, nothing to explain. */
export class Interrupted extends Error {
  constructor() {
    super('Stopped.');
  }
}

/**
 * A signal that aborts with Interrupted on Ctrl-C, SIGTERM, a closed terminal, and a closed pipe behind stdout: without it each
 * of them would end this process and leave the database running. A second Ctrl-C ends it at once all the same.
 */
export function listenForInterrupt(announce: () => void): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  const interrupt = () => {
    if (controller.signal.aborted) {
      if (Date.now() - firstAt > sameKeyPressMs) process.exit(130);
      return;
    }
    firstAt = Date.now();
    announce();
    controller.abort(new Interrupted());
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => {
      if (!controller.signal.aborted) interrupt();
    });
  return controller.signal;
}

/** Settles as the promise does, or rejects as soon as the signal aborts. */
export function orInterrupted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, aborted]);
}
