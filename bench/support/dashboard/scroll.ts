import type { CDPSession, Page } from 'playwright-core';
import type { Figure } from '../figure.ts';
import { quantile } from '../statistics.ts';
import { type Frames, observeFrames, readFrames } from './frames.ts';
import { lastRow } from './many-rows.ts';
import { openTab, type Target } from './tab.ts';

/** A wheel that is turned fast, or a thumb that is flung over a phone: 100 pixels a frame. */
const pixelsPerSecond = 6_000;
const secondsOfScrolling = 5;
/** More than the screen shows, which no person reads: pages of the list are waited for. */
const pixelsPerFrame = 1_500;

/**
 * Scrolls the list of analyses in one of its two forms: as a person does at its beginning; then to its last row, as fast as pages of the
 * list come; as a person does there; and back to the first row at once, as by the scroll bar.
 */
export async function measureScroll(target: Target, view: 'grid' | 'table', rows: number): Promise<Figure[]> {
  const page = await openTab(target);
  await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
  await page.goto(`${target.url}/#/analyses?view=${view}`);
  await page
    .getByRole(view === 'grid' ? 'listitem' : 'row')
    .nth(10)
    .waitFor();
  const inspector = await page.context().newCDPSession(page);
  // Of the page's main thread, whatever else the machine does.
  await inspector.send('Performance.enable', { timeDomain: 'threadTicks' });
  const atBeginning = await framesWhile(page, () => scrollLikeAPerson(page, 1));
  const heapBefore = await heapMegabytes(inspector);
  const [processorMsBefore, startedAt] = [await processorMs(inspector), performance.now()];
  const toEnd = await framesWhile(page, () => scrollToEnd(page));
  const seconds = (performance.now() - startedAt) / 1000;
  const processorMsEach = ((await processorMs(inspector)) - processorMsBefore) / toEnd.frames.length;
  const grown = (await heapMegabytes(inspector)) - heapBefore;
  const atEnd = await framesWhile(page, () => scrollLikeAPerson(page, -1));
  const jumpMs = await jumpToBeginning(page);
  await page.context().close();
  target.say(`${view}: ${rows} rows in ${seconds.toFixed(0)} s`);
  return [
    speedFigure(`${view} of ${rows} rows at ${pixelsPerSecond} pixels a second, its beginning`, atBeginning),
    speedFigure('the same at its end', atEnd),
    {
      what: 'long tasks (over 50 ms) meanwhile',
      value: atBeginning.longTasks + atEnd.longTasks,
      unit: '',
      digits: 0,
      better: 'lower',
      reach: 0,
    },
    {
      what: `from one to the other at ${pixelsPerFrame} pixels a frame, processor time of the page a frame`,
      value: processorMsEach,
      unit: 'ms',
      digits: 1,
      better: 'lower',
      reach: 16.7,
      note: `${toEnd.frames.length} frames in ${seconds.toFixed(0)} s; memory ${grown.toFixed(1)} MB more`,
    },
    { what: 'back to the first row at once', value: jumpMs, unit: 'ms', digits: 0, better: 'lower' },
  ];
}

/** At 60 frames a second none is left out within 20 ms. */
const speedFigure = (what: string, { frames }: Frames): Figure => ({
  what: `${what}, 95 % of frames within`,
  value: quantile(frames, 0.95),
  unit: 'ms',
  digits: 1,
  better: 'lower',
  reach: 20,
  note: `${frames.length} frames, slowest ${Math.max(...frames).toFixed(0)} ms`,
});

async function framesWhile(page: Page, act: () => Promise<unknown>): Promise<Frames> {
  await observeFrames(page);
  await act();
  return readFrames(page);
}

/** By the clock, as the browser itself scrolls: a frame that comes late moves further. @param direction 1: down, -1: up */
function scrollLikeAPerson(page: Page, direction: 1 | -1): Promise<void> {
  return page.evaluate(
    ({ perMs, ms }) => {
      const main = document.querySelector('main')!;
      const { promise, resolve } = Promise.withResolvers<void>();
      const [startedAt, from] = [performance.now(), main.scrollTop];
      const frame = () => {
        const passed = performance.now() - startedAt;
        main.scrollTop = from + passed * perMs;
        if (passed < ms) requestAnimationFrame(frame);
        else resolve();
      };
      requestAnimationFrame(frame);
      return promise;
    },
    { perMs: (direction * pixelsPerSecond) / 1000, ms: secondsOfScrolling * 1000 },
  );
}

function scrollToEnd(page: Page): Promise<void> {
  return page.evaluate(
    ({ step, name }) => {
      const main = document.querySelector('main')!;
      const isLast = () => [...main.querySelectorAll('a')].some(({ textContent }) => textContent === name);
      const { promise, resolve } = Promise.withResolvers<void>();
      const frame = () => {
        main.scrollTop += step;
        const isBottom = main.scrollTop + main.clientHeight >= main.scrollHeight - 1;
        if (isBottom && isLast()) resolve();
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      return promise;
    },
    { step: pixelsPerFrame, name: lastRow },
  );
}

/** @returns milliseconds until rows are there */
function jumpToBeginning(page: Page): Promise<number> {
  return page.evaluate(() => {
    const main = document.querySelector('main')!;
    const { promise, resolve } = Promise.withResolvers<number>();
    const startedAt = performance.now();
    main.scrollTop = 0;
    const frame = () => {
      // The last ones that were visible are gone with the first frame.
      const isShown = main.querySelector('[aria-busy="true"]') === null && main.querySelector('a[href*="/analyses/"]');
      if (isShown && performance.now() > startedAt + 20) resolve(performance.now() - startedAt);
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return promise;
  });
}

/** After a collection. */
async function heapMegabytes(inspector: CDPSession): Promise<number> {
  await inspector.send('HeapProfiler.collectGarbage');
  return (await inspector.send('Runtime.getHeapUsage')).usedSize / 1e6;
}

/** What the page's main thread has worked so far. */
async function processorMs(inspector: CDPSession): Promise<number> {
  const { metrics } = await inspector.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000;
}
