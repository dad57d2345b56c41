import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import react from '@vitejs/plugin-react';
import type { Browser, Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { pictureBase64 } from '../support/pictures.ts';
import { createTask, submitBatch } from '../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';
import { createUser, type User } from '../support/user.ts';

/** The recipes of examples/clients/page, with tokens that expire while they work. */
const recipes = path.join(import.meta.dirname, '../../examples/clients/page');
const sessionSeconds = 3;

let sightline: TestSightline;
let user: User;
let taskId: string;
let backend: ChildProcess;
let backendUrl: string;
let pages: ViteDevServer;
let browser: Browser;
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  taskId = await createTask(user);
  backend = spawn(process.execPath, [path.join(recipes, 'backend.ts'), taskId], {
    env: {
      ...process.env,
      SIGHTLINE_URL: sightline.url,
      SIGHTLINE_API_KEY: sightline.apiKey,
      PORT: '0',
      SESSION_SECONDS: String(sessionSeconds),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  [backendUrl] = (await once(createInterface(backend.stdout!), 'line')) as [string];
  pages = await createServer({
    configFile: false,
    root: path.join(import.meta.dirname, 'pages/react'),
    plugins: [react()],
    logLevel: 'error',
    server: {
      port: 0,
      host: '127.0.0.1',
      fs: { allow: [path.join(import.meta.dirname, '../..')] },
      proxy: { '/session': backendUrl },
    },
  });
  await pages.listen();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
  backend?.kill();
  await user?.close();
  await sightline?.close();
});

test.each([
  ['the page', () => backendUrl],
  ['React with useSubscription', () => pages.resolvedUrls!.local[0]!],
])(
  '%s shows changes of its task live, across the end of its tokens: none is missing, none comes twice',
  async (_title, url) => {
    const page = await browser.newPage();
    const sockets: Promise<void>[] = [];
    const closed = Promise.withResolvers<void>();
    page.on('websocket', (socket) => {
      if (!socket.url().startsWith(sightline.url.replace(/^http/, 'ws'))) return;
      sockets.push(new Promise((resolve) => socket.on('close', () => resolve())));
      socket.on('close', () => closed.resolve());
    });
    const connected = page.waitForEvent('websocket', (socket) => socket.url().endsWith('/graphql'));
    await page.goto(url());
    await (await connected).waitForEvent('framereceived');
    const other = await createTask(user);
    const expected: string[] = [];
    const submit = async () => {
      await submitBatch(user, [{ source: { base64: await pictureBase64() } }], { taskId: other });
      const { ids } = await submitBatch(user, [{ source: { base64: await pictureBase64() } }], { taskId });
      expected.push(`${ids[0]} QUEUED`);
    };
    await submit();
    await awaitEntry(page, expected[0]!);
    await closed.promise;
    // While the page has no connection, and after it has one again.
    await submit();
    await awaitEntry(page, expected[1]!);
    await submit();
    await awaitEntry(page, expected[2]!);
    expect(await page.getByRole('listitem').allTextContents()).toEqual(expected);
    expect(sockets.length).toBeGreaterThan(1);
    await page.close();
  },
);

async function awaitEntry(page: Page, text: string): Promise<void> {
  await page.getByRole('listitem').filter({ hasText: text }).waitFor();
}

test('the backend gives out tokens that see its task and nothing else, and nothing of the key', async () => {
  const response = await fetch(`${backendUrl}/session`, { method: 'POST' });
  const text = await response.text();
  expect(text).not.toContain(sightline.apiKey);
  const visitor = createUser({ url: sightline.url, apiKey: JSON.parse(text).token });
  const { tasks, viewer } = await visitor.run('{ tasks { nodes { id } } viewer { sessionToken { scopes actor } } }');
  expect(tasks.nodes).toEqual([{ id: taskId }]);
  expect(viewer.sessionToken).toEqual({ scopes: ['READ'], actor: 'visitor' });
  expect((await fetch(`${backendUrl}/backend.ts`)).status).toBe(404);
});
