import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildDashboard } from '../../../scripts/setup/dashboard.mjs';

/** A tab with the dashboard, and what it did that it must not do. */
export interface DashboardPage {
  page: Page;
  /** Errors of the page and of the console, and requests to others. */
  troubles: string[];
  /** What the content security policy has refused: never anything, whatever else goes wrong. */
  violations: string[];
  /** The operations that it sent over HTTP, by name. */
  operations: string[];
  close(): Promise<void>;
}

/** The dashboard of these sources. */
export async function builtDashboard(): Promise<void> {
  const trouble = await buildDashboard(path.join(import.meta.dirname, '../../..'), process.execPath);
  if (trouble !== null) throw new Error(trouble);
}

/** Opens the dashboard in a browser of its own, without anything from others. */
export async function openDashboard(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<DashboardPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const troubles: string[] = [];
  const operations: string[] = [];
  const violations: string[] = [];
  page.on('console', (line) => /Content Security Policy/i.test(line.text()) && violations.push(line.text()));
  page.on('pageerror', ({ message }) => troubles.push(message));
  page.on('console', (line) => line.type() === 'error' && troubles.push(line.text()));
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (!request.url().startsWith('blob:') && origin !== new URL(url).origin) troubles.push(`asked ${origin}`);
    if (pathname.endsWith('/graphql') && request.method() === 'POST')
      operations.push(/"operationName":"(\w+)"/.exec(request.postData() ?? '')?.[1] ?? 'unnamed');
  });
  await page.goto(url);
  return { page, troubles, violations, operations, close: () => context.close() };
}

/** Pastes the key and waits for the first page. */
export async function signIn({ page }: DashboardPage, apiKey: string): Promise<void> {
  await page.getByLabel('API key').fill(apiKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
}
