import type { Page } from 'playwright-core';

/** What a page did since it was observed. */
export interface Frames {
  /** Milliseconds from each frame to the next one. */
  frames: number[];
  /** How often something took more than 50 ms. */
  longTasks: number;
}

/** From now on the page notes its frames and long tasks. When it is called again, it begins again. */
export async function observeFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const frames: number[] = [];
    const seen = Object.assign(globalThis, { frames, longTasks: 0 });
    new PerformanceObserver((list, observer) => {
      if (seen.frames === frames) seen.longTasks += list.getEntries().length;
      else observer.disconnect();
    }).observe({ entryTypes: ['longtask'] });
    let last = performance.now();
    const frame = () => {
      if (seen.frames !== frames) return;
      const now = performance.now();
      frames.push(now - last);
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
