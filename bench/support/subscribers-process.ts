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
  | {
      type: 'subscribe';
      url: string;
      apiKeys: readonly string[];
      batchIds: string[];
      sockets: number;
      analysesEach: number;
    }
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
  clients = Array.from({ length: wanted.sockets }, (_, index) => {
    const connectionParams = { apiKey: wanted.apiKeys[index % wanted.apiKeys.length] };
    return createClient({ url, connectionParams, retryAttempts: 0 });
  });
  for (let from = 0; from < wanted.batchIds.length; from += atOnce) {
    const told = wanted.batchIds.slice(from, from + atOnce).map((batchId, index) => {
      const states = Promise.withResolvers<void>();
      const client = clients[Math.floor((from + index) / subscriptionsOfSocket(wanted))]!;
      ends.push(subscribe(client, batchId, wanted.analysesEach, states.resolve));
      return states.promise;
    });
    // A subscription that fails would be waited for without end.
    await Promise.race([Promise.all(told), Promise.all(ends)]);
  }
}

/** The storm is another bench: a server that is busy with more has no time for a new socket within the time that it allows for one. */
const atOnce = 1_000;

function subscriptionsOfSocket({ batchIds, sockets }: Extract<ToSubscribers, { type: 'subscribe' }>): number {
  return batchIds.length / sockets;
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
        error: (error) => reject(toError(error)),
        complete: resolve,
      },
    );
  });
}

/** What ended a subscription: an error, errors of the operation, or the end of its socket. */
function toError(error: unknown): Error {
  if (error instanceof Error) return error;
  const { code, reason } = error as Partial<CloseEvent>;
  return new Error(code === undefined ? JSON.stringify(error) : `The socket closed with ${code}: ${reason}`);
}
