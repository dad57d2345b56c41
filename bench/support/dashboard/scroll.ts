import type { Figure } from '../figure.ts';
import { quantile } from '../statistics.ts';
import { observeFrames, readFrames } from './frames.ts';
import { lastRow } from './many-rows.ts';
import { openTab, type Target } from './tab.ts';

/** What is scrolled each frame, which is faster than a wheel: pages of the list are waited for. */
const pixelsPerFrame = 1_500;

/** Scrolls the list of analyses from its first row to its last one, in one of its two forms. */
export async function measureScroll(target: Target, view: 'grid' | 'table', rows: number): Promise<Figure[]> {
  const page = await openTab(target);
  await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
  await page.goto(`${target.url}/#/analyses?view=${view}`);
  await page
    .getByRole(view === 'grid' ? 'listitem' : 'row')
    .nth(10)
    .waitFor();
  const inspector = await page.context().newCDPSession(page);
  const heap = async () => {
    await inspector.send('HeapProfiler.collectGarbage');
    return (await inspector.send('Runtime.getHeapUsage')).usedSize / 1e6;
  };
  const before = await heap();
  // Of the page's main thread, whatever else the machine does.
  await inspector.send('Performance.enable', { timeDomain: 'threadTicks' });
  const processorMs = async () => {
    const { metrics } = await inspector.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000;
  };
  const processorMsBefore = await processorMs();
  await observeFrames(page);
  const startedAt = performance.now();
  const shown = await page.evaluate(
    ({ step, name }) => {
      const main = document.querySelector('main')!;
      const isLast = () => [...main.querySelectorAll('a')].some(({ textContent }) => textContent === name);
      const { promise, resolve } = Promise.withResolvers<number>();
      const frame = () => {
        main.scrollTop += step;
        const isBottom = main.scrollTop + main.clientHeight >= main.scrollHeight - 1;
        if (isBottom && isLast()) resolve(main.scrollHeight);
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      return promise;
    },
    { step: pixelsPerFrame, name: lastRow },
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const { frames, longTasks } = await readFrames(page);
  const processorMsEach = ((await processorMs()) - processorMsBefore) / frames.length;
  const grown = (await heap()) - before;
  target.say(`${view}: ${rows} rows, ${shown} pixels, in ${seconds.toFixed(0)} s; memory ${grown.toFixed(1)} MB more`);
  await page.context().close();
  const note = `${frames.length} frames, slowest ${Math.max(...frames).toFixed(0)} ms; memory ${grown.toFixed(1)} MB more`;
  return [
    {
      what: `${rows} rows scrolled in the ${view}, 95 % of frames within`,
      value: quantile(frames, 0.95),
      unit: 'ms',
      digits: 1,
      better: 'lower',
      note,
    },
    {
      what: 'the same, processor time of the page a frame',
      value: processorMsEach,
      unit: 'ms',
      digits: 1,
      better: 'lower',
      reach: 16.7,
    },
    { what: 'long tasks (over 50 ms) meanwhile', value: longTasks, unit: '', digits: 0, better: 'lower', reach: 0 },
  ];
}
