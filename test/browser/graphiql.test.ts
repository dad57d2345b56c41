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

const openTab = (name: string) => page.locator('.graphiql-tab-button', { hasText: name }).click();
const execute = () => page.locator('.graphiql-execute-button').click();
const response = () => page.locator('.graphiql-response');

/** Replaces what the editor below the query holds. */
async function fill(tool: 'Variables' | 'Headers', value: object): Promise<void> {
  await page.getByRole('button', { name: tool, exact: true }).click();
  await page.locator('.graphiql-editor-tool .monaco-editor:visible').click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(JSON.stringify(value));
  // The editor closes brackets by itself.
  await page.keyboard.press('ControlOrMeta+Shift+End');
  await page.keyboard.press('Delete');
}

test('it works offline: everything comes from the server itself', async () => {
  expect(await page.locator('.graphiql-tab-button').allTextContents()).toEqual([
    'WhoAmI',
    'Catalogue',
    'Submit',
    'Follow',
  ]);
  const elsewhere = asked.filter(({ protocol, host }) => protocol !== 'blob:' && host !== new URL(sightline.url).host);
  expect(elsewhere).toEqual([]);
  expect(troubles).toEqual([]);
});

test('with a key in the Headers tab an operation runs; without one it says what is missing', async () => {
  await execute();
  await response().getByText('UNAUTHENTICATED').waitFor();
  await fill('Headers', { 'X-API-Key': user.apiKey });
  await execute();
  await response().getByText('maxBatchSize').waitFor();
});

test('a subscription shows each event as it is pushed, until the batch is done', async () => {
  const taskId = await createTask(user);
  const { batch } = await submitBatch(user, [{ file: await exampleFile('shelves/4-upright.jpg') }], { taskId });
  await openTab('Follow');
  await fill('Headers', { 'X-API-Key': user.apiKey });
  await fill('Variables', { batchId: batch.id, after: batch.eventCursor });
  await execute();
  await response().getByText('SUCCEEDED').first().waitFor();
  expect(asked.map(({ protocol }) => protocol)).toContain('ws:');
});

test('the documentation at the left explains types', async () => {
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.getByRole('link', { name: 'Subscription', exact: true }).click();
  await page.getByRole('link', { name: 'analysisEvents', exact: true }).click();
  await page.getByText('Status changes of analyses').waitFor();
});
