/** Ctrl-C, `kill`, and a terminal that closes. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A terminal signals all of its processes, and npm forwards the signal to its child: a signal so soon after the first is the same
 * key press.
 */
const sameKeyPressMs = 500;

/** Calls back with the first stop signal. A later one ends the process at once, with this exit code. */
export function onStopSignal(stop: (name: NodeJS.Signals) => void, exitCode: number): void {
  let firstAt: number | null = null;
  const handle = (name: NodeJS.Signals) => {
    if (firstAt === null) {
      firstAt = performance.now();
      stop(name);
    } else if (performance.now() - firstAt > sameKeyPressMs) process.exit(exitCode);
  };
  for (const name of stopSignals) process.on(name, handle);
}

/**
 * Runs work of some seconds that may start the embedded PostgreSQL and stops it again, because a signal in the middle would leave
 * the server running. The first signal takes effect after the work, which may end sooner when `stop` fires.
 */
export async function withSignalsHeld<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  let came: NodeJS.Signals | null = null;
  const stop = new AbortController();
  const hold = (name: NodeJS.Signals) => {
    came ??= name;
    stop.abort();
  };
  for (const name of stopSignals) process.on(name, hold);
  try {
    return await work(stop.signal);
  } finally {
    for (const name of stopSignals) process.off(name, hold);
    if (came) process.kill(process.pid, came);
  }
}
