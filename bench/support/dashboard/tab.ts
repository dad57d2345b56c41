import type { Browser, Page } from 'playwright-core';

/** A dashboard that is measured. */
export interface Target {
  browser: Browser;
  url: string;
  apiKey: string;
  /** Tells a person what was found on the way. */
  say(text: string): void;
}

/** A tab of its own, signed in by the fragment of the address, with what `prepare` does to it before. */
export async function openTab(
  { browser, url, apiKey }: Target,
  prepare?: (page: Page) => Promise<unknown>,
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  await prepare?.(page);
  await page.goto(`${url}/#sign-in=${apiKey}`);
  return page;
}
