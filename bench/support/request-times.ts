import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 25;

/** Sends a small query every 25 ms, whatever the earlier ones do. @returns stops it: how many milliseconds each took */
export function probe(url: string, apiKey: string): () => Promise<number[]> {
  const stopped = new AbortController();
  const times: Promise<number>[] = [];
  const running = (async () => {
    while (!stopped.signal.aborted) {
      times.push(timed(url, apiKey));
      await delay(everyMs);
    }
  })();
  return async () => {
    stopped.abort();
    await running;
    return Promise.all(times);
  };
}

async function timed(url: string, apiKey: string): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify({ query: '{ tasks(first: 5) { nodes { id name } } }' }),
  });
  const { errors } = (await response.json()) as { errors?: unknown };
  if (errors) throw new Error(`A request failed during the storm: ${JSON.stringify(errors)}`);
  return performance.now() - startedAt;
}
