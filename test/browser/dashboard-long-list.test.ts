import { beforeAll, expect, test } from 'vitest';
import { awaitEnd, createTask, submitBatch } from '../support/recognition.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** A list of more rows than are read at once. */
const world = startDashboardWorld();
const count = 180;
beforeAll(async () => {
  const source = { base64: Buffer.from('no picture').toString('base64') };
  const images = Array.from({ length: count }, (_, index) => ({ source, externalId: `picture-${index + 1}` }));
  await awaitEnd(world.user, await submitBatch(world.user, images, { taskId: await createTask(world.user) }));
}, 120_000);

test.each(['table', 'grid'])(
  'who drags the scroll bar of the %s to its end sees that rows follow, then rows',
  async (view) => {
    const page = await world.signIn();
    const held = Promise.withResolvers<void>();
    let reads = 0;
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('"operationName":"AnalysesPage"') && reads++ > 0) await held.promise;
      await route.continue();
    });
    await page.goto(`${world.sightline.url}/#/analyses?view=${view}`);
    const name = (number: number) => page.getByRole('link', { name: `picture-${number}`, exact: true });
    const drag = (share: number) =>
      page.locator('main').evaluate((main, at) => main.scrollTo(0, main.scrollHeight * at), share);
    await name(count).waitFor();
    await drag(1);
    const awaited = page.locator('[aria-busy="true"]').last();
    const { y, height } = (await awaited.boundingBox())!;
    expect(height).toBeGreaterThan(40);
    expect(y).toBeLessThan(page.viewportSize()!.height);
    held.resolve();
    await expect
      .poll(async () => {
        await drag(1);
        return name(1).count();
      })
      .toBe(1);
    await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0);
    await drag(0);
    await name(count).waitFor();
  },
);
