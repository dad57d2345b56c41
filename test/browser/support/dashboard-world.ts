import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { builtDashboard, type DashboardPage, openDashboard, signIn } from './dashboard-page.ts';

/** What the tests of a file share: a gateway with an engine, and a browser. What a test opened is checked and closed after it. */
export interface DashboardWorld {
  readonly sightline: TestSightline;
  /** With the key of the default organisation. */
  readonly user: User;
  /** What the test opened last, and its page. */
  readonly dashboard: DashboardPage;
  readonly page: Page;
  /** Opens the dashboard in a browser of its own. */
  open(options?: OpenOptions): Promise<Page>;
  /** Opens it and signs in, with the key of the default organisation unless another one is given. */
  signIn(options?: OpenOptions & { apiKey?: string }): Promise<Page>;
  /** Signs in and opens a page by its link in the navigation. */
  openPage(link: string, options?: { apiKey?: string }): Promise<Page>;
}

interface OpenOptions extends BrowserContextOptions {
  /** Default: the gateway's. */
  url?: string;
}

interface WorldOptions {
  /** Whether an error of the page or its console fails the test. Browsers write failed requests there, too. Default: true. */
  failsOnErrors?: boolean;
}

/** To be called once in a file of tests: it registers their hooks. */
export function startDashboardWorld({ failsOnErrors = true }: WorldOptions = {}): DashboardWorld {
  let sightline: TestSightline;
  let user: User;
  let browser: Browser;
  let opened: DashboardPage[] = [];
  const latest = () => opened.at(-1)!;
  beforeAll(async () => {
    await builtDashboard();
    sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
    user = createUser(sightline);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await user?.close();
    await sightline?.close();
  });
  afterEach(async () => {
    const dashboards = opened;
    opened = [];
    for (const dashboard of dashboards) await dashboard.close();
    expect(dashboards.flatMap(({ violations }) => violations)).toEqual([]);
    if (failsOnErrors) expect(dashboards.flatMap(({ troubles }) => troubles)).toEqual([]);
  });
  const world: DashboardWorld = {
    get sightline() {
      return sightline;
    },
    get user() {
      return user;
    },
    get dashboard() {
      return latest();
    },
    get page() {
      return latest().page;
    },
    async open({ url = sightline.url, ...options } = {}) {
      opened.push(await openDashboard(browser, url, options));
      return latest().page;
    },
    async signIn({ apiKey = sightline.apiKey, ...options } = {}) {
      const page = await world.open(options);
      await signIn(latest(), apiKey);
      return page;
    },
    async openPage(link, options) {
      const page = await world.signIn(options);
      await page.getByRole('link', { name: link, exact: true }).click();
      await page.locator('a[aria-current="page"]').getByText(link, { exact: true }).first().waitFor();
      await page.getByRole('heading', { level: 1 }).waitFor();
      return page;
    },
  };
  return world;
}
