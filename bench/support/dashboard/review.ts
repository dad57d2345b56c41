import type { Page } from 'playwright-core';
import type { Figure } from '../figure.ts';
import { quantile } from '../statistics.ts';
import { openTab, type Target } from './tab.ts';

/** What the page of the bench collects. */
interface Collected {
  /** From a key to the frame that shows the next question, with its pictures: milliseconds. */
  waits: { ms: number; isNewPicture: boolean }[];
}

/**
 * Answers as fast as the page allows, all facings of the example shelves one after the other: what a person waits for between an answer
 * and the next question. How long they think is theirs.
 */
export async function measureReview(target: Target, answers: number): Promise<Figure[]> {
  const page = await openTab(target);
  await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
  await page.goto(`${target.url}/#/review?all=1`);
  await page.getByRole('list', { name: 'What it may be' }).waitFor();
  await collectWaits(page);
  let keys = 0;
  while (keys < answers && (await page.getByText(/to look at in this picture/).count()) > 0) {
    const hasChoice = (await page.getByRole('list', { name: 'What it may be' }).getByRole('listitem').count()) > 0;
    keys += 1;
    await page.keyboard.press(hasChoice ? '1' : 'u');
    await page.waitForFunction((count) => (globalThis as unknown as Collected).waits.length === count, keys);
  }
  await page.getByText(`${keys.toLocaleString('en-US')} corrected`, { exact: true }).waitFor();
  const waits = await page.evaluate(() => (globalThis as unknown as Collected).waits);
  await page.context().close();
  const within = waits.filter(({ isNewPicture }) => !isNewPicture).map(({ ms }) => ms);
  const between = waits.filter(({ isNewPicture }) => isNewPicture).map(({ ms }) => ms);
  const note = `${keys} answers with a key each, all saved; slowest ${Math.max(...within).toFixed(0)} ms`;
  return [
    figure('answer to the next question, 95 % within', quantile(within, 0.95), note),
    figure('the same with a new picture, median', quantile(between, 0.5), `${between.length} pictures`),
  ];
}

const figure = (what: string, value: number, note: string): Figure => ({
  what,
  value,
  unit: 'ms',
  digits: 0,
  better: 'lower',
  note,
});

/** In the page: from each key until the question is another one and every picture of it is there. */
function collectWaits(page: Page): Promise<void> {
  return page.evaluate(() => {
    const seen = globalThis as unknown as Collected;
    seen.waits = [];
    const main = document.querySelector('main')!;
    const pictures = () => [...main.querySelectorAll('img')];
    const question = () =>
      main.textContent +
      pictures()
        .map(({ src, style }) => src + style.transform)
        .join();
    const shown = () => main.querySelector('header a[href*="/analyses/"]')?.getAttribute('href');
    document.addEventListener(
      'keydown',
      () => {
        const [begunAt, before, picture] = [performance.now(), question(), shown()];
        const look = () => {
          const isShown = question() !== before && pictures().every(({ complete }) => complete);
          if (!isShown) return void requestAnimationFrame(look);
          seen.waits.push({ ms: performance.now() - begunAt, isNewPicture: shown() !== picture });
        };
        requestAnimationFrame(look);
      },
      { capture: true },
    );
  });
}
