import { type Client, createClient, NetworkError } from 'graphql-sse';
import { type AnalysisEvent, analysisEvents } from './operations.ts';
import { print, readArguments } from './program.ts';
import { backOff, remember } from './resume.ts';
import { submitPictures } from './submit.ts';

/** Streams over plain HTTP, for networks and proxies that block WebSockets. */
export function connect({ url, apiKey }: { url: string; apiKey: string }): Client {
  // Its own retries would not know which errors are final, nor where to resume the stream.
  return createClient({ url: `${url}/graphql`, headers: { 'x-api-key': apiKey }, retryAttempts: 0 });
}

/**
 * Every event once, over as many connections as necessary. Ends when the stream is complete. A StreamResync is one of the events:
 * read the state that you need again; the stream then continues after the gap.
 * @throws when the request itself is rejected
 */
export async function* follow(
  client: Client,
  variables: { filter: Record<string, unknown>; after?: string },
): AsyncGenerator<AnalysisEvent, void> {
  const seen = { ...variables };
  for (let failures = 0; ; failures += 1) {
    let hasGap = false;
    try {
      for await (const result of client.iterate<{ analysisEvents: AnalysisEvent }>({
        query: analysisEvents,
        variables: seen,
      })) {
        if (!result.data) throw new RefusedError(result.errors?.[0]?.message);
        failures = 0;
        hasGap = result.data.analysisEvents.__typename === 'StreamResync';
        yield result.data.analysisEvents;
        remember(seen, result);
      }
      if (!hasGap) return;
    } catch (error) {
      if (error instanceof RefusedError || isFinal(statusOf(error))) throw error;
    }
    await backOff(failures);
  }
}

class RefusedError extends Error {}

/** Whether a retry would not help. After 408 (too slow) and 429 (too many requests) it does. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** HTTP status; 0: there was no response. */
function statusOf(error: unknown): number {
  return error instanceof NetworkError ? ((error.response as Response | undefined)?.status ?? 0) : 0;
}

if (import.meta.main) {
  const { url, apiKey, ...pictures } = await readArguments();
  const batch = await submitPictures({ url, apiKey, ...pictures });
  const client = connect({ url, apiKey });
  for await (const event of follow(client, { filter: { batchId: batch.id }, after: batch.eventCursor })) print(event);
  client.dispose();
}
