import { setTimeout as delay } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { serveParent } from './child.ts';

/**
 * The clients of the storm bench: many streams on many sockets, each about one batch. When their sockets are cut, they come back at
 * once, each with the cursor of the last event that it has received.
 */
export type ToStorm =
  /** Opens more streams; answered when each has been told the state of every analysis of its batch. */
  | {
      type: 'begin';
      url: string;
      apiKeys: string[];
      batchIds: string[];
      sockets: number;
      analysesEach: number;
      /** Of each analysis. */
      selection: string;
    }
  /** Cuts every socket; answered when all streams have been sent again. */
  | { type: 'cut' }
  /** Answered when this many changes have arrived. */
  | { type: 'collect'; changes: number };

/** Each change that arrived: `<analysis> <status>`. */
export interface FromStorm {
  arrivals: string[];
}

const subscriptionTo = (selection: string) => /* GraphQL */ `
  subscription Changes($batchId: ID!, $after: String) {
    analysisEvents(filter: { batchId: $batchId }, after: $after) {
      __typename
      ... on StreamEvent { cursor }
      ... on AnalysisStatusChanged { analysisId status previousStatus analysis ${selection} }
    }
  }
`;

interface EventData {
  analysisEvents: {
    __typename: string;
    cursor: string;
    analysisId: string;
    status: string;
    previousStatus: string | null;
    analysis: object | null;
  };
}

interface Stream {
  url: string;
  apiKey: string;
  batchId: string;
  /** Of the last event. */
  after: string | null;
  statesLeft: number;
  onTold(): void;
}

/** A client that is not cut connects again by itself: a server takes 200 sockets at a time that have not sent their key yet. */
interface Socket {
  client: Client;
  state: { cut: boolean };
  streams: Stream[];
}

let sockets: Socket[] = [];
let subscription: string;
const arrivals: string[] = [];
let onArrival = () => {};
const failed = Promise.withResolvers<never>();

serveParent<ToStorm, FromStorm>(async (message) => {
  if (message.type === 'begin') await Promise.race([begin(message), failed.promise]);
  else if (message.type === 'cut') comeBack();
  else await Promise.race([arrived(message.changes), failed.promise]);
  return { arrivals: message.type === 'collect' ? arrivals : [] };
});

async function begin(wanted: Extract<ToStorm, { type: 'begin' }>): Promise<void> {
  const { apiKeys, batchIds, analysesEach } = wanted;
  subscription = subscriptionTo(wanted.selection);
  const url = `${wanted.url.replace(/^http/, 'ws')}/graphql`;
  const told: Promise<void>[] = [];
  const opened = Array.from({ length: wanted.sockets }, (_, index) => {
    const apiKey = apiKeys[index % apiKeys.length]!;
    return { ...connect(url, apiKey), apiKey, streams: [] as Stream[] };
  });
  for (const [index, batchId] of batchIds.entries()) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { apiKey, streams } = opened[index % opened.length]!;
    streams.push({ url, apiKey, batchId, after: null, statesLeft: analysesEach, onTold: resolve });
    told.push(promise);
  }
  sockets.push(...opened);
  for (const { client, streams } of opened) for (const stream of streams) subscribe(client, stream);
  await Promise.all(told);
}

function connect(url: string, apiKey: string): Pick<Socket, 'client' | 'state'> {
  const state = { cut: false };
  const client = createClient({
    url,
    connectionParams: { apiKey },
    retryAttempts: 100,
    retryWait: () => delay(100 + Math.random() * 400),
    shouldRetry: () => !state.cut,
  });
  return { client, state };
}

function comeBack(): void {
  const cut = sockets;
  sockets = cut.map(({ streams }) => ({ ...connect(streams[0]!.url, streams[0]!.apiKey), streams }));
  for (const { client, state } of cut) {
    state.cut = true;
    client.terminate();
  }
  for (const { client, streams } of sockets) for (const stream of streams) subscribe(client, stream);
}

function subscribe(client: Client, stream: Stream): void {
  const { batchId, after } = stream;
  client.subscribe<EventData>(
    { query: subscription, variables: { batchId, after } },
    {
      next({ data, errors }) {
        const event = data?.analysisEvents;
        if (errors || event?.__typename !== 'AnalysisStatusChanged' || event.analysis === null)
          return failed.reject(new Error(`Not a status change: ${JSON.stringify(errors ?? data)}`));
        receive(stream, event);
      },
      error(error) {
        // Of a socket that was cut.
        if (sockets.every((socket) => socket.client !== client)) return;
        failed.reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
      },
      complete() {},
    },
  );
}

function receive(stream: Stream, { cursor, analysisId, status, previousStatus }: EventData['analysisEvents']): void {
  stream.after = cursor;
  if (previousStatus !== null) {
    arrivals.push(`${analysisId} ${status}`);
    onArrival();
    return;
  }
  stream.statesLeft -= 1;
  if (stream.statesLeft === 0) stream.onTold();
}

function arrived(changes: number): Promise<void> {
  return new Promise((resolve) => {
    onArrival = () => {
      if (arrivals.length >= changes) resolve();
    };
    onArrival();
  });
}
