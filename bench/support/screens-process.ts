import { type Client, createClient } from 'graphql-ws';
import { serveParent } from './child.ts';
import type { Shown } from './measure-screens.ts';

/** The clients of the bench of screens, in a process of their own: all their subscriptions select the same of the same task. */
export type ToScreens =
  | {
      type: 'subscribe';
      url: string;
      apiKey: string;
      taskId: string;
      shown: Shown;
      sockets: number;
      subscriptions: number;
    }
  /** Answered when each subscription has received so many more changes. */
  | { type: 'await'; changes: number };

export type FromScreens = { type: 'subscribed' } | { type: 'received' };

const selections: Record<Shown, string> = {
  status: '',
  result: 'detections { box { x y width height } objectness confidence label { name } catalogItem { id name } }',
};

function subscription(shown: Shown): string {
  return /* GraphQL */ `
  subscription Screen($taskId: ID!, $after: String) {
    analysisEvents(filter: { taskId: $taskId }, after: $after) {
      __typename
      ... on StreamEvent { cursor }
      ... on AnalysisStatusChanged {
        at analysisId status previousStatus
        analysis { id status detectionCount createdAt task { id name } ${selections[shown]} }
      }
    }
  }`;
}

interface Screen {
  received: number;
  /** Of all that it received, in order. */
  cursors: string[];
}

const screens: Screen[] = [];
let clients: Client[] = [];
let expected = 0;
let onReceived = () => {};
const failed = Promise.withResolvers<never>();
// It may fail while nothing is awaited.
failed.promise.catch(() => undefined);

serveParent<ToScreens, FromScreens>(
  async (message) => {
    if (message.type === 'subscribe') {
      await subscribeAll(message);
      return { type: 'subscribed' };
    }
    await Promise.race([receiveAll(message.changes), failed.promise]);
    return { type: 'received' };
  },
  async () => {
    for (const client of clients) await client.dispose();
  },
);

async function subscribeAll(wanted: Extract<ToScreens, { type: 'subscribe' }>): Promise<void> {
  const url = `${wanted.url}/graphql`;
  const connectionParams = { apiKey: wanted.apiKey };
  // A stream from this cursor receives every change, whenever it begins.
  const after = await readCursor(url, wanted.apiKey);
  clients = Array.from({ length: wanted.sockets }, () =>
    createClient({ url: url.replace(/^http/, 'ws'), connectionParams, retryAttempts: 0 }),
  );
  const query = subscription(wanted.shown);
  for (let index = 0; index < wanted.subscriptions; index++) {
    const screen: Screen = { received: 0, cursors: [] };
    screens.push(screen);
    show(clients[index % clients.length]!, { query, variables: { taskId: wanted.taskId, after } }, screen);
  }
}

async function readCursor(url: string, apiKey: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify({ query: '{ eventCursor }' }),
  });
  return ((await response.json()) as { data: { eventCursor: string } }).data.eventCursor;
}

function show(client: Client, operation: { query: string; variables: Record<string, unknown> }, screen: Screen): void {
  client.subscribe<{ analysisEvents: { __typename: string; cursor: string } }>(operation, {
    next({ data, errors }) {
      if (data?.analysisEvents.__typename !== 'AnalysisStatusChanged')
        return failed.reject(new Error(`Not a status change: ${JSON.stringify(data ?? errors)}`));
      screen.received += 1;
      screen.cursors.push(data.analysisEvents.cursor);
      if (screen.received === expected) onReceived();
    },
    error: (error) => failed.reject(error instanceof Error ? error : new Error(describe(error))),
    complete: () => failed.reject(new Error('A stream ended.')),
  });
}

/** Errors of the operation, or the end of its socket, of which nothing is its own property. */
function describe(error: unknown): string {
  const { code, reason } = error as Partial<CloseEvent>;
  return code === undefined ? JSON.stringify(error) : `The socket was closed: ${code} ${reason}`;
}

async function receiveAll(changes: number): Promise<void> {
  expected += changes;
  const received = Promise.withResolvers<void>();
  onReceived = () => {
    if (screens.every((screen) => screen.received >= expected)) received.resolve();
  };
  onReceived();
  await received.promise;
  const [first] = screens;
  const isEqual = ({ cursors }: Screen) => cursors.join() === first!.cursors.join();
  if (new Set(first!.cursors).size !== expected || !screens.every(isEqual))
    throw new Error(`The screens received ${expected} changes, but not all of them the same in the same order.`);
}
