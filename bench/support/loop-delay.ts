/** For how long an api process could not begin anything else, at most, since the last call. */
export async function readLoopDelayMs(url: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers });
  const text = await response.text();
  const [, seconds] = /^sightline_event_loop_delay_seconds (\S+)$/m.exec(text) ?? [];
  if (seconds === undefined) throw new Error(`/metrics has no delay of the event loop: ${text.slice(0, 200)}`);
  return Number(seconds) * 1000;
}
