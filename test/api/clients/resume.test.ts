import { gql } from '@apollo/client';
import { type CacheExchangeOpts, cacheExchange } from '@urql/exchange-graphcache';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as apolloRecipe from '../../../examples/clients/apollo.ts';
import * as sseRecipe from '../../../examples/clients/graphql-sse.ts';
import * as wsRecipe from '../../../examples/clients/graphql-ws.ts';
import type { AnalysisEvent, AnalysisStatusChanged } from '../../../examples/clients/operations.ts';
import * as urqlRecipe from '../../../examples/clients/urql.ts';
import { loadConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { startSightline } from '../../../src/server.ts';
import { picture } from '../../support/pictures.ts';
import { createTask, type Submitted, submitBatch } from '../../support/recognition.ts';
import { type SeverableProxy, startSeverableProxy } from '../../support/severable-proxy.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';

/** The recipes of examples/clients over connections that break, against a server without engines: the test moves analyses. */
let server: TestSightline;
let user: User;
let taskId: string;
let proxy: SeverableProxy;
beforeAll(async () => {
  server = await startTestSightline();
  user = createUser(server);
  taskId = await createTask(user);
});
beforeEach(async () => {
  proxy = await startSeverableProxy(server.url);
  return () => proxy.close();
});
afterAll(async () => {
  await user?.close();
  await server?.close();
});

type Variables = { filter: Record<string, unknown>; after?: string };
type Follow = (variables: Variables, onEvent: (event: AnalysisEvent) => void) => Promise<void>;
/** How each recipe follows a stream, through the proxy. */
const recipes: Record<string, (apiKey: string) => { follow: Follow; close(): unknown }> = {
  'graphql-ws'(apiKey) {
    const client = wsRecipe.connect({ url: proxy.url, apiKey });
    const follow: Follow = (variables, onEvent) =>
      wsRecipe.follow(client, variables, {
        changed: onEvent,
        readAgain: async (event) => onEvent(event),
      });
    return { follow, close: () => client.dispose() };
  },
  'graphql-sse'(apiKey) {
    const client = sseRecipe.connect({ url: proxy.url, apiKey });
    const follow: Follow = async (variables, onEvent) => {
      for await (const event of sseRecipe.follow(client, variables)) onEvent(event);
    };
    return { follow, close: () => client.dispose() };
  },
  'Apollo Client'(apiKey) {
    const { apollo, close } = apolloRecipe.createApollo({ url: proxy.url, apiKey });
    return { follow: (...args) => apolloRecipe.follow(apollo, ...args), close };
  },
  urql(apiKey) {
    const { urql, close } = urqlRecipe.createUrql({ url: proxy.url, apiKey });
    return { follow: (...args) => urqlRecipe.follow(urql, ...args), close };
  },
};

const count = 6;

/** A batch whose analyses stay QUEUED. */
async function submit(): Promise<Submitted> {
  const file = new Blob([await picture()]);
  return submitBatch(
    user,
    Array.from({ length: count }, () => ({ file })),
    { taskId },
  );
}

/** A second process of the same installation. */
function startAnotherProcess() {
  const config = loadConfig({
    DATABASE_URL: server.database.url,
    DATA_DIR: server.dataDir,
    PORT: '0',
    BOOTSTRAP_API_KEY: server.apiKey,
  });
  return startSightline(config, 'api', createLogger({ level: 'fatal', format: 'json' }));
}

function cancel(...ids: string[]) {
  return user.run('mutation ($ids: [ID!]!) { cancelAnalyses(target: { ids: $ids }) { results { __typename } } }', {
    ids,
  });
}

describe.each(Object.keys(recipes))('the recipe for %s', (name) => {
  test('loses and repeats nothing when its connection is cut in the middle, and something happens meanwhile', async () => {
    const { batch, ids } = await submit();
    const { follow, close } = recipes[name]!(server.apiKey);
    const events: AnalysisStatusChanged[] = [];
    const reached = new Map([count, count + 2].map((length) => [length, Promise.withResolvers<void>()]));
    const done = follow({ filter: { batchId: batch.id }, after: batch.eventCursor }, (event) => {
      events.push(event as AnalysisStatusChanged);
      reached.get(events.length)?.resolve();
    });
    await reached.get(count)!.promise;
    await cancel(...ids.slice(0, 2));
    await reached.get(count + 2)!.promise;
    const before = proxy.connections();
    proxy.sever();
    await cancel(...ids.slice(2, 4));
    proxy.mend();
    await cancel(...ids.slice(4));
    await done;
    await close();
    expect(proxy.connections()).toBeGreaterThan(before);
    const seen = events.map(({ analysisId, status }) => `${analysisId} ${status}`);
    expect(seen.sort()).toEqual(ids.flatMap((id) => [`${id} CANCELED`, `${id} QUEUED`]).sort());
    // The order of the log, also across the cut.
    const all = await user.collect(
      'subscription ($id: ID!, $after: String!) { analysisEvents(filter: { batchId: $id }, after: $after) { ...on StreamEvent { cursor } } }',
      { id: batch.id, after: batch.eventCursor },
    );
    expect(events.map(({ cursor }) => cursor)).toEqual(all.map(({ cursor }) => cursor));
  });

  test('goes on at another server process when its own one ends, as in every deployment', async () => {
    const leaving = await startAnotherProcess();
    proxy.retarget(leaving.url!);
    const { batch, ids } = await submit();
    const { follow, close } = recipes[name]!(server.apiKey);
    const seen: string[] = [];
    const begun = Promise.withResolvers<void>();
    const done = follow({ filter: { batchId: batch.id }, after: batch.eventCursor }, (event) => {
      const { analysisId, status } = event as AnalysisStatusChanged;
      seen.push(`${analysisId} ${status}`);
      if (seen.length === count) begun.resolve();
    });
    await begun.promise;
    proxy.retarget(server.url);
    await leaving.close(5_000);
    await cancel(...ids);
    await done;
    await close();
    expect(seen.sort()).toEqual(ids.flatMap((id) => [`${id} CANCELED`, `${id} QUEUED`]).sort());
  });

  test('ends with an error, and does not try for ever, when its key does not hold', async () => {
    const { follow, close } = recipes[name]!('no key of this server');
    await expect(follow({ filter: {} }, () => undefined)).rejects.toBeDefined();
    await close();
  });
});

test('the recipe for graphql-ws notices a network that says nothing any more', async () => {
  const { batch, ids } = await submit();
  const client = wsRecipe.connect({ url: proxy.url, apiKey: server.apiKey, pingMs: 100 });
  const events: string[] = [];
  const begun = Promise.withResolvers<void>();
  const done = wsRecipe.follow(
    client,
    { filter: { batchId: batch.id }, after: batch.eventCursor },
    {
      changed: ({ analysisId, status }) => {
        events.push(`${analysisId} ${status}`);
        if (events.length === count) begun.resolve();
      },
      readAgain: async () => undefined,
    },
  );
  await begun.promise;
  proxy.freeze();
  await cancel(...ids);
  proxy.mend();
  await done;
  await client.dispose();
  expect(events.sort()).toEqual(ids.flatMap((id) => [`${id} CANCELED`, `${id} QUEUED`]).sort());
  expect(proxy.connections()).toBeGreaterThan(1);
});

test('the recipe for graphql-ws reads again where the log cannot be read from its cursor, and goes on after that', async () => {
  const { batch, ids } = await submit();
  await cancel(...ids);
  // A cursor of another installation: its signature is another one's.
  const [first, ...rest] = batch.eventCursor;
  const after = [first === 'A' ? 'B' : 'A', ...rest].join('');
  const client = wsRecipe.connect({ url: server.url, apiKey: server.apiKey });
  const reasons: string[] = [];
  await wsRecipe.follow(
    client,
    { filter: { batchId: batch.id }, after },
    {
      changed: () => undefined,
      readAgain: async ({ reason }) => void reasons.push(reason),
    },
  );
  await client.dispose();
  expect(reasons).toEqual(['CURSOR_FOREIGN']);
});

test("what events tell shows in queries of urql's Graphcache that are on the screen, and interfaces are known to it", async () => {
  const { batch, ids } = await submit();
  const introspected = await user.run(getIntrospectionQuery({ descriptions: false }));
  const cache = [cacheExchange({ schema: introspected as CacheExchangeOpts['schema'] })];
  const { urql, close } = urqlRecipe.createUrql({ url: server.url, apiKey: server.apiKey, cache });
  const query = 'query ($id: ID!) { node(id: $id) { __typename ... on Analysis { id status } } }';
  const statuses: string[] = [];
  const shown = Promise.withResolvers<void>();
  const canceled = Promise.withResolvers<void>();
  const watching = urql.query(query, { id: ids[0] }).subscribe(({ data }) => {
    if (data?.node.status !== statuses.at(-1)) statuses.push(data?.node.status);
    if (statuses.length === 1) shown.resolve();
    if (statuses.at(-1) === 'CANCELED') canceled.resolve();
  });
  await shown.promise;
  const done = urqlRecipe.follow(urql, { filter: { batchId: batch.id } }, () => undefined);
  await cancel(...ids);
  await done;
  await canceled.promise;
  watching.unsubscribe();
  const refused = await urql.mutation(
    'mutation { deleteTask(id: "task_0") { __typename ... on UserError { code } } }',
    {},
  );
  expect(refused.data?.deleteTask).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' });
  await close();
  expect(statuses).toEqual(['QUEUED', 'CANCELED']);
});

test('what events tell shows in queries of Apollo Client that are on the screen', async () => {
  const { batch, ids } = await submit();
  const { apollo, close } = apolloRecipe.createApollo({ url: server.url, apiKey: server.apiKey });
  const query = gql`query ($id: ID!) { node(id: $id) { ... on Analysis { id status } } }`;
  const statuses: string[] = [];
  const shown = Promise.withResolvers<void>();
  const canceled = Promise.withResolvers<void>();
  const watch = apollo.watchQuery<{ node: { status: string } }>({ query, variables: { id: ids[0] } });
  const watching = watch.subscribe(({ data, dataState }) => {
    if (dataState === 'complete') statuses.push(data.node.status);
    if (statuses.length === 1) shown.resolve();
    if (statuses.at(-1) === 'CANCELED') canceled.resolve();
  });
  await shown.promise;
  const done = apolloRecipe.follow(apollo, { filter: { batchId: batch.id } }, () => undefined);
  await cancel(...ids);
  await done;
  await canceled.promise;
  watching.unsubscribe();
  await close();
  expect(statuses).toEqual(['QUEUED', 'CANCELED']);
});
