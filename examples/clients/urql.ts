import { Client, type Exchange, fetchExchange, subscriptionExchange } from '@urql/core';
import { connect } from './graphql-ws.ts';
import {
  type AnalysisEvent,
  analysisEvents,
  type Batch,
  batchOf,
  type SubmitBatchResult,
  submitBatch,
} from './operations.ts';
import { print, readArguments } from './program.ts';

/**
 * Queries, mutations and files over HTTP; subscriptions over a WebSocket that resumes.
 * @param cache for example [cacheExchange({ schema })] of @urql/exchange-graphcache, with the introspected schema. Default none.
 */
export function createUrql({ url, apiKey, cache = [] }: { url: string; apiKey: string; cache?: Exchange[] }) {
  const socket = connect({ url, apiKey });
  const urql = new Client({
    url: `${url}/graphql`,
    fetchOptions: { headers: { 'x-api-key': apiKey } },
    // Otherwise urql sends queries by GET.
    preferGetMethod: false,
    exchanges: [
      ...cache,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe({ query, variables: variables as Record<string, unknown> }, sink),
          }),
        }),
      }),
    ],
  });
  return { urql, close: () => socket.dispose() };
}

export async function submit(urql: Client, taskId: string, pictures: readonly File[]): Promise<Batch> {
  // urql sends variables with files as a multipart request.
  const images = pictures.map((picture) => ({ externalId: picture.name, source: { upload: picture } }));
  const { data, error } = await urql
    .mutation<{ submitBatch: SubmitBatchResult }>(submitBatch, { input: { taskId, images } })
    .toPromise();
  if (!data) throw error;
  return batchOf(data.submitBatch);
}

/** Resolves when the stream is complete. After a StreamResync, which `onEvent` also receives, it continues after the gap. */
export async function follow(
  urql: Client,
  variables: { filter: Record<string, unknown>; after?: string },
  onEvent: (event: AnalysisEvent) => void,
): Promise<void> {
  let gap: string | null = null;
  await followOnce(urql, variables, (event) => {
    if (event.__typename === 'StreamResync') gap = event.cursor;
    onEvent(event);
  });
  if (gap !== null) await follow(urql, { ...variables, after: gap }, onEvent);
}

function followOnce(
  urql: Client,
  variables: Record<string, unknown>,
  onEvent: (event: AnalysisEvent) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const source = urql.subscription<{ analysisEvents: AnalysisEvent }>(analysisEvents, variables);
    source.subscribe(({ data, error, hasNext }) => {
      if (error) reject(error);
      // The end of the stream is one more result, which repeats the last event.
      else if (!hasNext) resolve();
      else if (data) onEvent(data.analysisEvents);
    });
  });
}

if (import.meta.main) {
  const { url, apiKey, taskId, pictures } = await readArguments();
  const { urql, close } = createUrql({ url, apiKey });
  const batch = await submit(urql, taskId, pictures);
  await follow(urql, { filter: { batchId: batch.id }, after: batch.eventCursor }, print);
  await close();
}
