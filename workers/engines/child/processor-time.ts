/** Fine enough for a limit of seconds. */
const LOOK_EVERY_MS = 100;

/**
 * Calls `over` once when this process, all of its threads together, has used so much processor time from now on.
 * @returns ends the watch.
 */
export function watchProcessorTime(limitMs: number, over: () => void): () => void {
  const before = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1_000 < limitMs) return;
    clearInterval(timer);
    over();
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
