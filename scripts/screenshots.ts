/**
 * `npm run screenshots`: takes a picture of every page of the dashboard for docs/dashboard.md, in Chromium and from a gateway with the
 * examples. `npm run screenshots -- --look DIR` writes every page in both themes and as on a phone into a directory instead, for a person
 * to look at. `--only NAME` takes one of them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { makeDataDir } from '../bench/support/data-dir.ts';
import { startProcess } from '../bench/support/sightline-process.ts';
import { connect } from '../src/cli/client.ts';
import { newSecret } from '../src/organizations/key-secret.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { makeShownData } from './screenshots/shown-data.ts';
import { type ShownPage, shownPages } from './screenshots/shown-pages.ts';
import { buildDashboard } from './setup/dashboard.mjs';

const root = path.join(import.meta.dirname, '..');
const desktop = { width: 1280, height: 960 };
const everyday = { locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce' } as const;
const looks: Record<string, BrowserContextOptions> = {
  light: { viewport: desktop, colorScheme: 'light' },
  dark: { viewport: desktop, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true },
};

const { look, only } = parseArgs({ options: { look: { type: 'string' }, only: { type: 'string' } } }).values;
const directory = look === undefined ? path.join(root, 'docs/dashboard') : path.resolve(look);
await mkdir(directory, { recursive: true });
const started = new AsyncDisposableStack();
try {
  const trouble = await buildDashboard(root, process.execPath);
  if (trouble !== null) throw new Error(trouble);
  const apiKey = newSecret();
  const env = { DATA_DIR: await makeDataDir(started), BOOTSTRAP_API_KEY: apiKey, ENGINES: '1' };
  const { url } = await startProcess(started, 'start', env);
  const connectAs = (secret: string) => {
    const client = connect(url, secret, new AbortController().signal);
    started.defer(() => client.close());
    return client;
  };
  console.log('Recognising the examples …');
  const pages = shownPages(await makeShownData(connectAs(apiKey), connectAs));
  const browser = await launchChromium();
  started.defer(() => browser.close());
  for (const name of look === undefined ? ['light'] : Object.keys(looks))
    await takeAll(browser, `${url}/`, apiKey, pages, name);
} finally {
  await started.disposeAsync();
}

/** The pages of one look, one after the other in one session. */
async function takeAll(
  browser: Browser,
  url: string,
  apiKey: string,
  pages: readonly ShownPage[],
  name: string,
): Promise<void> {
  const context = await browser.newContext({ ...everyday, ...looks[name] });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel('API key').waitFor();
  if (only === undefined || only === 'sign-in') await take(page, 'sign-in', name);
  await page.getByLabel('API key').fill(apiKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
  for (const { name: file, address, shows, prepare } of pages) {
    if (only !== undefined && only !== file) continue;
    await page.goto(`${url}#${address}`);
    await page.getByRole('main').getByText(shows).first().waitFor();
    await prepare?.(page);
    await take(page, file, name);
  }
  await context.close();
}

async function take(page: Page, file: string, variant: string): Promise<void> {
  await page.waitForFunction(() =>
    [...document.images].every(({ complete, loading }) => complete || loading === 'lazy'),
  );
  // What was loaded is drawn with the next frames, charts among it.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 600)));
  // Nothing is shown as pointed at.
  await page.mouse.move(0, 0);
  const png = await page.screenshot();
  const target = look === undefined ? `${file}.webp` : `${file}-${variant}.png`;
  const bytes = look === undefined ? await sharp(png).webp({ quality: 50, effort: 6 }).toBuffer() : png;
  await writeFile(path.join(directory, target), bytes);
  console.log(`${target} ${Math.round(bytes.length / 1000)} kB`);
}
