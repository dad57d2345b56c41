import { type Client, createClient } from 'graphql-ws';
import { serveParent } from './child.ts';
import { sharedClockMs } from './clock.ts';

/**
 * The clients of the push bench: some sockets with some subscriptions each, in a process of their own, with the client that
 * programs use (graphql-ws). Each subscription is about one batch.
 */
export interface Arrival {
  analysisId: string;
  status: string;
  /** On the shared clock, when the subscription's listener is called. */
  atMs: number;
}

export type ToSubscribers =
  /** Answered when every subscription has been told of the state that its batch has now. */
  | { type: 'subscribe'; url: string; apiKey: string; batchIds: string[]; sockets: number; analysesEach: number }
  /** Answered with all arrivals when each subscription's analyses have ended. */
  | { type: 'collect' };

export type FromSubscribers = { type: 'subscribed' } | { type: 'arrivals'; arrivals: Arrival[] };

const subscription = /* GraphQL */ `
  subscription Changes($batchId: ID!) {
    analysisEvents(filter: { batchId: $batchId }) {
      __typename
      ... on StreamEvent { cursor }
      ... on AnalysisStatusChanged { at analysisId status previousStatus analysis { id status detectionCount } }
    }
  }
`;

interface EventData {
  analysisEvents: { __typename: string; analysisId: string; status: string };
}

let arrivals: Arrival[] = [];
let ends: Promise<void>[] = [];
let clients: Client[] = [];

serveParent<ToSubscribers, FromSubscribers>(async (message) => {
  if (message.type === 'subscribe') {
    await subscribeAll(message);
    return { type: 'subscribed' };
  }
  await Promise.all(ends);
  for (const client of clients) await client.dispose();
  return { type: 'arrivals', arrivals };
});

async function subscribeAll(wanted: Extract<ToSubscribers, { type: 'subscribe' }>): Promise<void> {
  arrivals = [];
  ends = [];
  const url = `${wanted.url.replace(/^http/, 'ws')}/graphql`;
  const connectionParams = { apiKey: wanted.apiKey };
  clients = Array.from({ length: wanted.sockets }, () => createClient({ url, connectionParams, retryAttempts: 0 }));
  const told = wanted.batchIds.map((batchId, index) => {
    const states = Promise.withResolvers<void>();
    ends.push(subscribe(clients[index % clients.length]!, batchId, wanted.analysesEach, states.resolve));
    return states.promise;
  });
  // A subscription that fails would be waited for without end.
  await Promise.race([Promise.all(told), Promise.all(ends)]);
}

/** Resolves when the stream is complete: all analyses of the batch have ended. */
function subscribe(client: Client, batchId: string, states: number, onTold: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let statesLeft = states;
    client.subscribe<EventData>(
      { query: subscription, variables: { batchId } },
      {
        next({ data, errors }) {
          const atMs = sharedClockMs();
          if (data?.analysisEvents.__typename !== 'AnalysisStatusChanged')
            return reject(new Error(`Not a status change: ${JSON.stringify(data ?? errors)}`));
          const { analysisId, status } = data.analysisEvents;
          if (statesLeft > 0) {
            statesLeft -= 1;
            if (statesLeft === 0) onTold();
          } else arrivals.push({ analysisId, status, atMs });
        },
        error: (error) => reject(error instanceof Error ? error : new Error(JSON.stringify(error))),
        complete: resolve,
      },
    );
  });
}
