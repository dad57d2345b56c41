import type { Page } from 'playwright-core';

/** What a page did since it was observed. */
export interface Frames {
  /** Milliseconds from each frame to the next one. */
  frames: number[];
  /** How often something took more than 50 ms. */
  longTasks: number;
}

/** From now on the page notes its frames and long tasks. */
export async function observeFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = Object.assign(globalThis, { frames: [] as number[], longTasks: 0 });
    new PerformanceObserver((list) => {
      seen.longTasks += list.getEntries().length;
    }).observe({ entryTypes: ['longtask'] });
    let last = performance.now();
    const frame = () => {
      const now = performance.now();
      seen.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

export function readFrames(page: Page): Promise<Frames> {
  return page.evaluate(() => {
    const { frames, longTasks } = globalThis as unknown as Frames;
    return { frames, longTasks };
  });
}
