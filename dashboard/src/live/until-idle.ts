const longestWaitMs = 1_500;

/** When the browser has nothing more urgent to do, or soon after. */
export function untilIdle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari does not say when it is idle.
    if (typeof requestIdleCallback === 'undefined') setTimeout(resolve, longestWaitMs / 5);
    else requestIdleCallback(() => resolve(), { timeout: longestWaitMs });
  });
}
