/** Milliseconds on a clock that all processes of one machine share and nobody sets (CLOCK_MONOTONIC on Linux). */
export function sharedClockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
