import { type Client, createClient } from 'graphql-ws';
import { type AnalysisEvent, type AnalysisStatusChanged, analysisEvents, type StreamResync } from './operations.ts';
import { print, readArguments } from './program.ts';
import { backOff, resuming } from './resume.ts';
import { submitPictures } from './submit.ts';

/** The key is not valid (any more), so a retry would not help. */
const forbidden = 4403;

/** One socket for all subscriptions, which reconnects after every cut and resumes after the last event. */
export function connect(options: { url: string; apiKey: string; pingMs?: number }): Client {
  const { url, apiKey, pingMs = 10_000 } = options;
  let unanswered: NodeJS.Timeout | undefined;
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    connectionParams: { apiKey },
    // By default a client gives up after five attempts, and at once when the server cannot be reached.
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => (event as CloseEvent).code !== forbidden,
    retryWait: backOff,
    // A laptop that slept or a network that failed does not close the socket: only a missing pong shows it.
    keepAlive: pingMs,
    on: {
      ping: (received) => {
        if (!received) unanswered = setTimeout(() => client.terminate(), pingMs);
      },
      pong: (received) => {
        if (received) clearTimeout(unanswered);
      },
      closed: () => clearTimeout(unanswered),
    },
  });
  return resuming(client);
}

export interface Handlers {
  changed(event: AnalysisStatusChanged): void;
  /** The stream has a gap: read the state that you need again; the stream then continues after the gap. */
  readAgain(event: StreamResync): Promise<void>;
}

/** Resolves when the stream is complete: with `batchId` or `ids` in the filter, when all of them have ended. */
export async function follow(
  client: Client,
  variables: { filter: Record<string, unknown>; after?: string },
  handlers: Handlers,
): Promise<void> {
  const resync = await followOnce(client, variables, handlers);
  if (resync === null) return;
  await handlers.readAgain(resync);
  await follow(client, { ...variables, after: resync.cursor }, handlers);
}

function followOnce(client: Client, variables: Record<string, unknown>, handlers: Handlers) {
  let resync: StreamResync | null = null;
  return new Promise<StreamResync | null>((resolve, reject) => {
    client.subscribe<{ analysisEvents: AnalysisEvent }>(
      { query: analysisEvents, variables },
      {
        next({ data, errors }) {
          if (!data) reject(new Error(errors?.[0]?.message));
          else if (data.analysisEvents.__typename === 'StreamResync') resync = data.analysisEvents;
          else handlers.changed(data.analysisEvents);
        },
        error: reject,
        complete: () => resolve(resync),
      },
    );
  });
}

if (import.meta.main) {
  const { url, apiKey, ...pictures } = await readArguments();
  const batch = await submitPictures({ url, apiKey, ...pictures });
  const client = connect({ url, apiKey });
  await follow(
    client,
    { filter: { batchId: batch.id }, after: batch.eventCursor },
    { changed: print, readAgain: async (event) => print(event) },
  );
  await client.dispose();
}
