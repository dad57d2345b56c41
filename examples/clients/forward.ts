import { readFile, rename, writeFile } from 'node:fs/promises';
import { analysisEventLog, type EventPage } from './operations.ts';

/**
 * Hands every change since the last run to an HTTP endpoint, page by page as `{ "events": [...] }`, and ends. For cron, serverless
 * functions and whatever else holds no connection open. The cursor in the file moves only after the endpoint has answered 2xx, so a page may
 * arrive twice and none is lost: an endpoint can tell events it knows by their `cursor`. The first run only notes where to begin.
 */
export async function forward({
  url,
  apiKey,
  target,
  cursorFile,
}: Record<'url' | 'apiKey' | 'target' | 'cursorFile', string>) {
  let after = await readFile(cursorFile, 'utf8').catch(() => null);
  let page: EventPage;
  do {
    const variables = { filter: {}, after };
    const asked = await post(`${url}/graphql`, { query: analysisEventLog, variables }, { 'x-api-key': apiKey });
    const { data, errors } = (await asked.json()) as { data?: { analysisEventLog: EventPage }; errors?: Error[] };
    if (!data) throw new Error(errors?.[0]?.message);
    page = data.analysisEventLog;
    if (page.events.length > 0) await post(target, { events: page.events });
    after = page.cursor;
    await writeFile(`${cursorFile}.new`, after);
    await rename(`${cursorFile}.new`, cursorFile);
  } while (page.hasMore);
}

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const all = { 'content-type': 'application/json', ...headers };
  const response = await fetch(url, { method: 'POST', headers: all, body: JSON.stringify(body) });
  if (response.ok) return response;
  throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
}

if (import.meta.main) {
  const { SIGHTLINE_URL: url = 'http://127.0.0.1:4000', SIGHTLINE_API_KEY: apiKey } = process.env;
  const [target, cursorFile] = process.argv.slice(2);
  if (!apiKey || !target || !cursorFile)
    throw new Error('Set SIGHTLINE_API_KEY, and name an endpoint and a file for the cursor.');
  await forward({ url, apiKey, target, cursorFile });
}
