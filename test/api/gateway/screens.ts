import { expect } from 'vitest';
import { connect, openEventStream, readMetrics, request, requestOverSocket } from '../../support/client.ts';
import { submitBatch } from '../../support/recognition.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { type NarrowedWorld, ownPlace } from '../session-tokens/narrowed-world.ts';

export interface Operation {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** One subscription. */
export interface Screen {
  /** The next result, as it was sent. */
  next(): Promise<Data>;
}

/** The screens of one test: on sockets and over HTTP, from a cursor on, so that none misses an event. */
export async function openScreens(world: NarrowedWorld) {
  const { eventCursor: after } = await world.own.user.run('{ eventCursor }');
  const clients: ReturnType<typeof connect>[] = [];
  const streams: { close(): void }[] = [];
  const onSocket = (client: ReturnType<typeof connect>, { variables, ...operation }: Operation): Screen => {
    const results = client.iterate({ ...operation, variables: { ...variables, after } });
    return { next: async () => (await results.next()).value };
  };
  const socketOf = (user: User) => {
    const client = connect(user.url, { apiKey: user.apiKey });
    clients.push(client);
    return client;
  };
  return {
    sockets: (user: User, operation: Operation, { sockets = 1, each = 2 } = {}): Screen[] =>
      Array.from({ length: sockets }, () => socketOf(user)).flatMap((client) =>
        Array.from({ length: each }, () => onSocket(client, operation)),
      ),
    http: (user: User, { variables, ...operation }: Operation, count: number): Promise<Screen[]> =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const { url, apiKey } = user;
          const stream = await openEventStream(url, { ...operation, variables: { ...variables, after }, apiKey });
          streams.push(stream);
          return stream;
        }),
      ),
    /** Resolves when the server has had time to finish what it sent: it has answered something else on every connection since. */
    async rest(): Promise<void> {
      for (const client of clients) await requestOverSocket(client, { query: '{ __typename }' });
      await request(world.sightline.url, { query: '{ __typename }' });
    },
    async [Symbol.asyncDispose]() {
      for (const stream of streams) stream.close();
      for (const client of clients) await client.dispose();
    },
  };
}

/** An analysis of the image that waits: one event. @returns its id */
export async function submit(world: NarrowedWorld, count = 1): Promise<string[]> {
  const { image, task } = world.own.ids;
  const images = Array.from({ length: count }, () => ({ source: { imageId: image }, placeId: ownPlace }));
  return (await submitBatch(world.own.user, images, { taskId: task })).ids;
}

export async function countResponses(world: NarrowedWorld): Promise<{ executed: number; shared: number }> {
  const text = await readMetrics(world.sightline);
  const count = (made: string) =>
    Number(
      new RegExp(`^sightline_graphql_event_responses_total\\{made="${made}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0,
    );
  return { executed: count('executed'), shared: count('shared') };
}

/** The same of all screens at once. */
export const all = <T>(screens: readonly Screen[], read: (screen: Screen) => Promise<T>) =>
  Promise.all(screens.map(read));

/** A user of the world's organisation with a key that may only read. */
export async function createReader(world: NarrowedWorld): Promise<User> {
  const { createApiKey } = await world.own.user.run(`
    mutation { createApiKey(name: "Reader", scopes: [READ]) { ... on CreateApiKeyPayload { secret } } }`);
  return createUser({ url: world.sightline.url, apiKey: createApiKey.secret });
}

/** Status changes of a task. */
export const statusChanges = /* GraphQL */ `
  subscription ($taskId: ID!, $status: [AnalysisStatus!], $after: String) {
    analysisEvents(filter: { taskId: $taskId, status: $status }, after: $after) {
      ... on StreamEvent { cursor }
      ... on AnalysisStatusChanged { at analysisId status analysis { id status task { id name } image { id width } } }
    }
  }`;

/** A subscription with this selection of the analysis. */
export function selecting(
  world: NarrowedWorld,
  selection: string,
  variables: Record<string, unknown> = {},
  types = '',
): Operation {
  return {
    query: `subscription ($taskId: ID!, $after: String ${types}) {
      analysisEvents(filter: { taskId: $taskId }, after: $after) {
        ... on AnalysisStatusChanged { analysisId analysis { ${selection} } }
      } }`,
    variables: { taskId: world.own.ids.task, ...variables },
  };
}

/** What two of each of two groups receive of the same event, and how many responses were executed for it. */
export async function compare(world: NarrowedWorld, groups: readonly (readonly [User, Operation])[]) {
  await using open = await openScreens(world);
  const screens = groups.map(([user, operation]) => open.sockets(user, operation));
  await submit(world);
  await all(screens.flat(), (screen) => screen.next());
  await open.rest();
  const before = await countResponses(world);
  const [id] = await submit(world);
  const results = [];
  for (const [one, same] of screens) {
    const result = await one!.next();
    expect(result.errors).toBeUndefined();
    expect(result.data.analysisEvents.analysisId).toBe(id);
    expect(await same!.next()).toEqual(result);
    results.push(result.data.analysisEvents.analysis);
  }
  const { executed } = await countResponses(world);
  return { results, executed: executed - before.executed };
}
