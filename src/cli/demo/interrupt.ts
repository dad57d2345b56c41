import { onStopSignal } from '../stop-signals.ts';

/** The person stopped the demo: this is not a failure. */
export class Interrupted extends Error {
  constructor() {
    super('Stopped.');
  }
}

/**
 * A signal that aborts with Interrupted on Ctrl-C, SIGTERM, a closed terminal, and a closed pipe behind stdout: without it, each of
 * them would end this process and leave the database running. A second Ctrl-C still ends it at once.
 */
export function listenForInterrupt(announce: () => void): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) return;
    announce();
    controller.abort(new Interrupted());
  };
  onStopSignal(interrupt, 130);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', interrupt);
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
