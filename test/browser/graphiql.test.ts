import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { exampleFile } from '../support/examples.ts';
import { createTask, submitBatch } from '../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';
import { createUser, type User } from '../support/user.ts';

/** What a person does in GraphiQL: puts a key in, runs an operation, and watches a batch. */
let sightline: TestSightline;
let user: User;
let browser: Browser;
let page: Page;
/** Addresses that the page asked for. */
let asked: URL[];
/** What the browser's console says in red. */
let troubles: string[];
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await user?.close();
  await sightline?.close();
});
beforeEach(async () => {
  asked = [];
  troubles = [];
  // A new context each time: GraphiQL keeps its tabs in the browser.
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  page = await context.newPage();
  page.on('request', (request) => asked.push(new URL(request.url())));
  page.on('websocket', (socket) => asked.push(new URL(socket.url())));
  page.on('pageerror', ({ message }) => troubles.push(message));
  page.on('console', (line) => line.type() === 'error' && troubles.push(line.text()));
  await page.goto(`${sightline.url}/graphql`);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  return () => context.close();
});

const tab = (name: string) => page.locator('.graphiql-tab-button', { hasText: name });

/** Opens a tab by one click. GraphiQL knows a moment later which operation is to be executed, and writes it into the address then. */
async function openTab(name: string): Promise<void> {
  await tab(name).click();
  await page.waitForURL((url) => new RegExp(`\\w ${name}\\b`).test(url.searchParams.get('query') ?? ''));
}
const tabNames = ['WhoAmI', 'Catalogue', 'Here', 'Submit', 'Follow'];
const execute = () => page.locator('.graphiql-execute-button').click();
const response = () => page.locator('.graphiql-response');

/** Enters the key for all tabs. */
async function useKey(): Promise<void> {
  await page.getByLabel('API key').fill(user.apiKey);
  await page.getByRole('button', { name: 'Use key' }).click();
  await page.getByRole('button', { name: 'Forget key' }).waitFor();
}

/** Replaces the variables. */
async function fillVariables(value: object): Promise<void> {
  await page.getByRole('button', { name: 'Variables', exact: true }).click();
  await page.locator('.graphiql-editor-tool .monaco-editor:visible').click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(JSON.stringify(value));
  // The editor closes brackets by itself.
  await page.keyboard.press('ControlOrMeta+Shift+End');
  await page.keyboard.press('Delete');
}

test('it works offline: everything comes from the server itself', async () => {
  expect(await page.locator('.graphiql-tab-button').allTextContents()).toEqual(tabNames);
  const elsewhere = asked.filter(({ protocol, host }) => protocol !== 'blob:' && host !== new URL(sightline.url).host);
  expect(elsewhere).toEqual([]);
  expect(troubles).toEqual([]);
});

test('with a key an operation runs; without one, or when it is forgotten, it says what is missing', async () => {
  await execute();
  await response().getByText('UNAUTHENTICATED').waitFor();
  await useKey();
  await execute();
  await response().getByText('maxBatchSize').waitFor();
  await page.getByRole('button', { name: 'Forget key' }).click();
  await page.getByLabel('API key').waitFor();
  await execute();
  await response().getByText('UNAUTHENTICATED').waitFor();
});

test('every tab opens by the first click, also by that of a trembling hand, and executes its own operation', async () => {
  await useKey();
  await execute();
  await response().getByText('maxBatchSize').waitFor();
  await openTab('Catalogue');
  await execute();
  await response().getByText('totalCount').waitFor();
  await openTab('Here');
  await execute();
  await response().getByText('"tasks"').waitFor();
  const { x, y } = (await tab('Catalogue').boundingBox())!;
  await page.mouse.move(x + 10, y + 10);
  await page.mouse.down();
  await page.mouse.move(x + 18, y + 11, { steps: 4 });
  await page.mouse.up();
  await page.locator('.graphiql-tab-active', { hasText: 'Catalogue' }).waitFor();
  expect(await page.locator('.graphiql-tab-button').allTextContents()).toEqual(tabNames);
});

test('an answer that comes after another tab was opened is shown in the tab that asked', async () => {
  await useKey();
  const released = Promise.withResolvers<void>();
  const isAsked = (postData: string | null) => postData?.includes('WhoAmI') === true;
  await page.route('**/graphql', async (route) => {
    const request = route.request();
    if (request.method() !== 'POST' || !isAsked(request.postData())) return route.continue();
    await released.promise;
    return route.continue();
  });
  await openTab('WhoAmI');
  const sent = page.waitForRequest((request) => isAsked(request.postData()));
  await execute();
  const request = await sent;
  await openTab('Catalogue');
  released.resolve();
  await (await request.response())!.finished();
  await openTab('WhoAmI');
  await response().getByText('maxBatchSize').waitFor();
  await openTab('Catalogue');
  expect(await response().innerText()).not.toContain('maxBatchSize');
});

test('the key is kept for the session of the browser tab only', async () => {
  await useKey();
  await execute();
  await response().getByText('maxBatchSize').waitFor();
  const kept = await page.evaluate(() =>
    JSON.stringify({ ...(globalThis as unknown as { localStorage: object }).localStorage }),
  );
  expect(kept).not.toContain(user.apiKey);
  const another = await page.context().newPage();
  await another.goto(page.url());
  await another.getByLabel('API key').waitFor();
});

test('Submit recognises an image that is here', async () => {
  const taskId = await createTask(user);
  const { analyses } = await submitBatch(user, [{ file: await exampleFile('shelves/4-upright.jpg') }], { taskId });
  await useKey();
  await openTab('Submit');
  await fillVariables({ taskId, imageId: analyses[0].image.id });
  await execute();
  await response().getByText('SubmitBatchPayload').waitFor();
});

test('a subscription shows each event as it is pushed, until the batch is done', async () => {
  const taskId = await createTask(user);
  const { batch } = await submitBatch(user, [{ file: await exampleFile('shelves/4-upright.jpg') }], { taskId });
  await useKey();
  await openTab('Follow');
  await fillVariables({ batchId: batch.id, after: batch.eventCursor });
  await execute();
  await response().getByText('SUCCEEDED').first().waitFor();
  expect(asked.map(({ protocol }) => protocol)).toContain('ws:');
});

test('suggestions and explanations in the editor are covered by nothing', async () => {
  // Of a widget, points that something else is drawn over.
  const coveredPoints = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((widget) => {
        const { left, top, width, height } = widget.getBoundingClientRect();
        const at = [0.05, 0.5, 0.95];
        return at
          .flatMap((x) => at.map((y) => ({ x: left + x * width, y: top + y * height })))
          .filter(({ x, y }) => !widget.contains(document.elementFromPoint(x, y)));
      });
  // The first line is the one below the toolbar.
  const line = page.locator('.graphiql-query-editor .view-line').filter({ hasText: 'viewer' }).first();
  await line.getByText('viewer').hover();
  await page.locator('.graphiql-query-editor .monaco-hover:visible').waitFor();
  expect(await coveredPoints('.graphiql-query-editor .monaco-hover:visible')).toEqual([]);
  await line.click();
  await page.keyboard.press('End');
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget.visible .monaco-list-row').first().waitFor();
  expect(await coveredPoints('.suggest-widget.visible')).toEqual([]);
});

test('the documentation at the left explains types', async () => {
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.getByRole('link', { name: 'Subscription', exact: true }).click();
  await page.getByRole('link', { name: 'analysisEvents', exact: true }).click();
  await page.getByText('Status changes of analyses').waitFor();
});
