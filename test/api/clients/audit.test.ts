import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';

let server: TestSightline;
beforeAll(async () => {
  server = await startTestSightline();
});
afterAll(() => server?.close());

/** The audits know nothing of keys. */
function fetchWithKey(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('x-api-key', server.apiKey);
  return fetch(url, { ...init, headers });
}

const audits = serverAudits({ url: () => `${server.url}/graphql`, fetchFn: fetchWithKey });

// Not even a notice, which is about what the specification leaves to the server.
test.each(audits)('GraphQL over HTTP, $id: $name', async ({ fn }) => {
  const result = await fn();
  const found = result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason} (${result.response.status})`;
  expect(found).toBe('ok');
});
