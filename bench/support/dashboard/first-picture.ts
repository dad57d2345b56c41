import type { Figure } from '../figure.ts';
import { median } from '../statistics.ts';
import { openTab, type Target } from './tab.ts';

/** From the address to the first picture on the screen, with an empty cache and the sign-in on the way. */
export async function measureFirstPicture(target: Target, rounds: number): Promise<Figure> {
  const seconds: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    let startedAt = 0;
    // The tab itself takes the browser a third of a second to make, before it has an address.
    const page = await openTab(target, async () => {
      startedAt = performance.now();
    });
    const picture = page.getByRole('listitem').locator('img').first();
    await picture.evaluate((image) => (image as HTMLImageElement).decode());
    seconds.push((performance.now() - startedAt) / 1000);
    target.say(`first picture ${round}: ${seconds.at(-1)!.toFixed(2)} s`);
    await page.context().close();
  }
  const note = `slowest ${Math.max(...seconds).toFixed(2)} s`;
  return {
    what: 'address to first picture, median',
    value: median(seconds),
    unit: 's',
    digits: 2,
    better: 'lower',
    reach: 1,
    note,
  };
}
