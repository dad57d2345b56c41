/** Fine enough for a limit of seconds. */
const lookEveryMs = 100;

/**
 * Calls `over` once when all threads of this process together have used this much processor time from now on.
 * @returns a function that ends the watch.
 */
export function watchProcessorTime(limitMs: number, over: () => void): () => void {
  const before = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1_000 < limitMs) return;
    clearInterval(timer);
    over();
  }, lookEveryMs);
  return () => clearInterval(timer);
}
