import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDashboard } from '../../scripts/setup/dashboard.mjs';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';

let sightline: TestSightline;
beforeAll(async () => {
  expect(await buildDashboard(path.join(import.meta.dirname, '../..'), process.execPath)).toBeNull();
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

const get = (at: string, headers: Record<string, string> = {}) => fetch(`${sightline.url}${at}`, { headers });

async function scriptOf(html: Response): Promise<string> {
  const [, name] = /src="\.\/(assets\/[^"]+\.js)"/.exec(await html.text())!;
  return `/${name}`;
}

describe('the page at /', () => {
  test('runs its own scripts only, and nobody may frame it', async () => {
    const page = await get('/');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy')!.split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy.join()).not.toContain('unsafe');
    expect(await page.text()).not.toMatch(/<script>|<style|style=/);
  });

  test('is asked for again each time, and not sent again when it is the same', async () => {
    const page = await get('/');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const again = await get('/', { 'if-none-match': page.headers.get('etag')! });
    expect(again.status).toBe(304);
  });

  test('names everything relative to itself, so that a proxy may serve it below a path', async () => {
    const html = await (await get('/')).text();
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(2);
    expect(addresses.filter((address) => !address?.startsWith('./'))).toEqual([]);
  });

  test('cannot be written to', async () => {
    const answer = await fetch(`${sightline.url}/`, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(405);
  });
});

describe('its parts at /assets', () => {
  test('are kept for ever, since their names change with what they hold', async () => {
    const script = await get(await scriptOf(await get('/')));
    expect(script.status).toBe(200);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  test('come compressed as the client accepts it, and as they are otherwise', async () => {
    const address = await scriptOf(await get('/'));
    const plain = await get(address, { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const expected = await plain.text();
    for (const encoding of ['br', 'gzip']) {
      const script = await get(address, { 'accept-encoding': encoding });
      expect(script.headers.get('content-encoding')).toBe(encoding);
      expect(Number(script.headers.get('content-length'))).toBeLessThan(expected.length / 2);
      expect(await script.text()).toBe(expected);
    }
  });

  test('that do not exist are 404, whatever the path looks like', async () => {
    for (const name of ['no.js', '..%2findex.html', '%2e%2e%2fsources.sha256', 'constructor', ''])
      expect((await get(`/assets/${name}`)).status, name).toBe(404);
  });
});

test('DASHBOARD=off takes it away: / leads to GraphiQL', async () => {
  const without = await startTestSightline({ env: { DASHBOARD: 'off' } });
  try {
    const root = await fetch(`${without.url}/`, { redirect: 'manual' });
    expect(root.status).toBe(302);
    expect(root.headers.get('location')).toBe('graphql');
    expect((await fetch(`${without.url}/assets/x.js`)).status).toBe(404);
  } finally {
    await without.close();
  }
});
