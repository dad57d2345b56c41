import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { ApolloProvider, useSubscription } from '@apollo/client/react';
import { createClient } from 'graphql-ws';
import { useState } from 'react';
import { type AnalysisEvent, type AnalysisStatusChanged, analysisEvents } from '../operations.ts';
import { possibleTypes } from '../possible-types.ts';
import { backOff, resuming } from '../resume.ts';

/** What the backend answers (backend.ts). */
export interface Session {
  socketUrl: string;
  token: string;
  taskId: string;
}

/**
 * Apollo Client over one WebSocket. Each connection uses a new token, so when one expires the client connects again, and its
 * streams resume after their last events. In React Native this works unchanged: it has a WebSocket and fetch of its own.
 * @param openSession asks the backend for a token; called again until it succeeds
 */
export function createApollo(socketUrl: string, openSession: () => Promise<Session>) {
  const socket = createClient({
    url: socketUrl,
    connectionParams: async () => ({ apiKey: (await untilOpened(openSession)).token }),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: backOff,
  });
  const link = new GraphQLWsLink(resuming(socket));
  return {
    apollo: new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes }) }),
    /** For an app that comes back from the background, where the system may have closed its socket without a word. */
    reconnect: () => socket.terminate(),
  };
}

async function untilOpened(openSession: () => Promise<Session>, failures = 0): Promise<Session> {
  try {
    return await openSession();
  } catch {
    await backOff(failures);
    return untilOpened(openSession, failures + 1);
  }
}

export function LiveAnalyses({ apollo, taskId }: { apollo: ApolloClient; taskId: string }) {
  return (
    <ApolloProvider client={apollo}>
      <Changes taskId={taskId} />
    </ApolloProvider>
  );
}

/** A change has no key of its own: an analysis has several, each with another status. */
const keyOf = ({ analysisId, status }: AnalysisStatusChanged) => `${analysisId} ${status}`;

function Changes({ taskId }: { taskId: string }) {
  const [changes, setChanges] = useState<AnalysisStatusChanged[]>([]);
  const { error } = useSubscription<{ analysisEvents: AnalysisEvent }>(gql(analysisEvents), {
    variables: { filter: { taskId } },
    // A component renders the latest event only; whoever needs all of them collects them here.
    onData: ({ data: { data } }) => {
      const event = data?.analysisEvents;
      if (event?.__typename === 'AnalysisStatusChanged') setChanges((known) => [...known, event]);
    },
  });
  if (error) return <p role="alert">{error.message}</p>;
  return (
    <ol>
      {changes.map((change) => (
        <li key={keyOf(change)}>{keyOf(change)}</li>
      ))}
    </ol>
  );
}
