import { ApolloClient, ApolloLink, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
// @ts-expect-error The package brings no types.
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';
import { OperationTypeNode } from 'graphql';
import { connect } from './graphql-ws.ts';
import {
  type AnalysisEvent,
  analysisEvents,
  type Batch,
  batchOf,
  type SubmitBatchResult,
  submitBatch,
} from './operations.ts';
import { possibleTypes } from './possible-types.ts';
import { print, readArguments } from './program.ts';

/** Queries, mutations and files over HTTP; subscriptions over a WebSocket that resumes. */
export function createApollo({ url, apiKey }: { url: string; apiKey: string }) {
  const socket = connect({ url, apiKey });
  const http: ApolloLink = new UploadHttpLink({ uri: `${url}/graphql`, headers: { 'x-api-key': apiKey } });
  const link = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    http,
  );
  const apollo = new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes }) });
  return { apollo, close: () => socket.dispose() };
}

type Apollo = ReturnType<typeof createApollo>['apollo'];

export async function submit(apollo: Apollo, taskId: string, pictures: readonly File[]): Promise<Batch> {
  // apollo-upload-client finds the files among the variables and sends them as a multipart request.
  const images = pictures.map((picture) => ({ externalId: picture.name, source: { upload: picture } }));
  const { data } = await apollo.mutate<{ submitBatch: SubmitBatchResult }>({
    mutation: gql(submitBatch),
    variables: { input: { taskId, images } },
  });
  return batchOf(data!.submitBatch);
}

/** Resolves when the stream is complete. After a StreamResync, which `onEvent` also receives, it continues after the gap. */
export async function follow(
  apollo: Apollo,
  variables: { filter: Record<string, unknown>; after?: string },
  onEvent: (event: AnalysisEvent) => void,
): Promise<void> {
  let gap: string | null = null;
  await followOnce(apollo, variables, (event) => {
    if (event.__typename === 'StreamResync') gap = event.cursor;
    onEvent(event);
  });
  if (gap !== null) await follow(apollo, { ...variables, after: gap }, onEvent);
}

function followOnce(
  apollo: Apollo,
  variables: Record<string, unknown>,
  onEvent: (event: AnalysisEvent) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    apollo.subscribe<{ analysisEvents: AnalysisEvent }>({ query: gql(analysisEvents), variables }).subscribe({
      // Apollo passes errors to `next` as well.
      next: ({ data, error }) => (data ? onEvent(data.analysisEvents) : reject(error)),
      error: reject,
      complete: resolve,
    });
  });
}

if (import.meta.main) {
  const { url, apiKey, taskId, pictures } = await readArguments();
  const { apollo, close } = createApollo({ url, apiKey });
  const batch = await submit(apollo, taskId, pictures);
  await follow(apollo, { filter: { batchId: batch.id }, after: batch.eventCursor }, print);
  await close();
}
