import type { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { openEventStream, request, upload } from '../../support/client.ts';
import type { Data, User } from '../../support/user.ts';
import { introspect } from '../tenancy/id-places.ts';
import { foreignMarks, type NarrowedWorld, startNarrowedWorld } from './narrowed-world.ts';
import { listRootFields, type RootField, selectAll, shortest } from './operations.ts';

let world: NarrowedWorld;
beforeAll(async () => {
  world = await startNarrowedWorld();
});
afterAll(() => world?.close());

type Token = 'byTask' | 'byPlace' | 'byBoth';
const tokens: Token[] = ['byTask', 'byPlace', 'byBoth'];

/** The queries that a limited token can send; what is asked for, and what of its own the answer must show. */
const queries: Record<
  string,
  { args?: (ids: World['ids']) => string; on?: string; shows?: keyof World['ids']; except?: string[] }
> = {
  'Query.analyses': { shows: 'analysis' },
  'Query.analysisStats': { args: () => '(groupBy: TASK)', shows: 'task' },
  'Query.batches': { shows: 'batch' },
  'Query.corrections': { shows: 'correction' },
  'Query.images': { shows: 'image' },
  'Query.places': { shows: 'openAnalysis' },
  'Query.tasks': { shows: 'task' },
  'Query.videos': { shows: 'video' },
  'Query.videoAnalyses': { shows: 'videoAnalysis' },
  'Query.viewer': { shows: 'apiKey' },
  'Query.eventCursor': {},
  'Query.node': {
    args: ({ analysis }) => `(id: "${analysis}")`,
    on: 'Analysis',
    shows: 'analysis',
    // They lead back to the analysis and would make the operation too large; Query.corrections has them.
    except: ['Correction.analysis', 'Correction.detection'],
  },
  'Query.nodes': { args: ({ task }) => `(ids: ["${task}"])`, on: 'Task', shows: 'task' },
};
/** Tested in narrowed-ids.test.ts, narrowed-submissions.test.ts, narrowed-streams.test.ts, narrowed-videos.test.ts and tokens.test.ts. */
const others = [
  'Query.analysisEventLog',
  'Mutation.submitBatch',
  'Mutation.recognizeImage',
  'Mutation.analyzeVideo',
  'Mutation.analyzeVideos',
  'Mutation.correctDetections',
  'Mutation.approveCorrections',
  'Mutation.removeCorrections',
  'Mutation.revokeSessionToken',
  'Subscription.analysisEvents',
  'Subscription.correctionEvents',
  'Subscription.batchEvents',
  'Subscription.imageEvents',
  'Subscription.videoEvents',
  'Subscription.visitEvents',
];
/** Forbidden to whoever sees a part of the organisation only, or without the scope ADMIN. */
const closed = new Set(['Organization.usage', 'Organization.apiKeys']);

type World = NarrowedWorld['own'];

const rootFields = listRootFields(schema);

test('every field that limited tokens can use is tested', () => {
  const open = rootFields.filter(({ field }) => permits(field).includes('NARROWED')).map(({ name }) => name);
  expect(open.toSorted()).toEqual([...Object.keys(queries), ...others].toSorted());
});

function permits(field: RootField['field']): string[] {
  return (field.extensions.pothosOptions as { permits?: string[] } | undefined)?.permits ?? [];
}

const known = new Set([...Object.keys(queries), ...others]);

/** Whose shortest operation has a file, which no text of an operation can have. */
const withFile = new Set(['Mutation.importCatalog']);

test.each(
  rootFields.filter(({ name }) => !known.has(name) && !withFile.has(name)).map((root) => [root.name, root] as const),
)('%s is FORBIDDEN', async (_name, root) => {
  const { url, apiKey } = world.byTask;
  const headers = root.kind === 'subscription' ? { accept: 'text/event-stream' } : undefined;
  const { body } = await request(url, { query: shortest(root), apiKey, headers });
  expect(JSON.stringify(body)).toContain('FORBIDDEN');
});

test('Mutation.importCatalog is FORBIDDEN', async () => {
  const { url, apiKey } = world.byTask;
  const query = 'mutation ($file: Upload!) { importCatalog(input: { file: $file }) { __typename } }';
  const files = { 'variables.file': new Blob(['customId,name\na,One\n']) };
  const { body } = await upload(url, { query, variables: { file: null }, apiKey, files });
  expect(JSON.stringify(body)).toContain('FORBIDDEN');
});

describe.each(tokens)('a token limited %s', (token) => {
  test.each(Object.entries(queries))(
    'sees nothing else in %s, however deep it looks',
    async (name, { args, on, shows, except = [] }) => {
      const clientSchema: GraphQLSchema = await introspect(world.own.user);
      const root = listRootFields(clientSchema).find((one) => one.name === name)!;
      const type = on ? clientSchema.getType(on)! : root.field.type;
      const all = selectAll(type as typeof root.field.type, 3, new Set([...closed, ...except]));
      const selection = on ? `{ ... on ${on} ${all} }` : all;
      const user = world[token];
      const page = root.field.args.some(({ name: arg }) => arg === 'first') ? '(first: 5)' : '';
      const answer = await user.run(`{ ${root.field.name}${args?.(world.own.ids) ?? page} ${selection} }`);
      const text = JSON.stringify(answer);
      if (shows) expect(text).toContain(world.own.ids[shows]);
      for (const mark of foreignMarks(world, user)) expect(text).not.toContain(mark);
    },
  );

  test('counts only what it sees', async () => {
    const query = /* GraphQL */ `
      query ($task: ID!) {
        analyses { totalCount } images { totalCount } batches { totalCount }
        videos { totalCount } videoAnalyses { totalCount }
        places { totalCount nodes { id counts { total succeeded facings } } }
        analysisStats { ... on AnalysisStats { groups { total { total succeeded facings } } } }
        byPlace: analysisStats(groupBy: PLACE) { ... on AnalysisStats { groups { placeId total { total } } } }
        node(id: $task) { ... on Task { analyses { totalCount } stats { total succeeded shares { facings } } } }
      }`;
    const { analyses, images, batches, videos, videoAnalyses, node, ...rest } = await world[token].run(query, {
      task: world.own.ids.task,
    });
    expect([analyses, images, batches].map(({ totalCount }) => totalCount)).toEqual([2, 2, 1]);
    expect([videos, videoAnalyses].map(({ totalCount }) => totalCount)).toEqual([1, 1]);
    const counts = { total: 2, succeeded: 1, facings: 1 };
    expect(rest).toEqual({
      places: { totalCount: 1, nodes: [{ id: 'place-own', counts }] },
      analysisStats: { groups: [{ total: counts }] },
      byPlace: { groups: [{ placeId: 'place-own', total: { total: 2 } }] },
    });
    expect(node).toEqual({ analyses: { totalCount: 2 }, stats: { total: 2, succeeded: 1, shares: [{ facings: 1 }] } });
  });
});

test('a task shows to a token limited to a place only what was found there', async () => {
  const query = /* GraphQL */ `
    query ($task: ID!) {
      node(id: $task) { ... on Task { name analyses { totalCount } stats { total shares { facings } } } }
    }`;
  expect((await world.byPlace.run(query, { task: world.foreign.ids.task })).node).toEqual({
    name: 'Task',
    analyses: { totalCount: 0 },
    stats: { total: 0, shares: [] },
  });
});

test('the use of the whole organisation is FORBIDDEN', async () => {
  const query = '{ viewer { organization { usage { images } } } }';
  for (const token of tokens) expect(await world[token].fail(query)).toMatchObject({ code: 'FORBIDDEN' });
});

test('a batch of which it sees only a part is not seen', async () => {
  const { own, foreign, byTask, byPlace } = world;
  const mixed = await own.user.run(
    /* GraphQL */ `mutation ($input: SubmitBatchInput!) {
      submitBatch(input: $input) { ... on SubmitBatchPayload { batch { id } items { analysis { id image { id } } } } } }`,
    {
      input: {
        images: [
          { source: { imageId: own.ids.image }, taskId: own.ids.task, placeId: 'place-own' },
          { source: { imageId: foreign.ids.image }, taskId: foreign.ids.task, placeId: 'place-foreign' },
        ],
      },
    },
  );
  const { batch, items } = mixed.submitBatch;
  const [seen, hidden] = items.map((item: Data) => item.analysis.id);
  for (const user of [byTask, byPlace] as User[]) {
    const answer = await user.run(
      /* GraphQL */ `query ($ids: [ID!]!, $batch: ID!) {
        nodes(ids: $ids) { id ... on Analysis { batch { id } } }
        batches { nodes { id } }
        analyses(filter: { batchId: $batch }) { nodes { id } } }`,
      { ids: [batch.id, seen, hidden], batch: batch.id },
    );
    expect(answer.nodes).toEqual([null, { id: seen, batch: null }, null]);
    expect(answer.batches.nodes).toEqual([{ id: own.ids.batch }]);
    expect(answer.analyses.nodes).toEqual([{ id: seen }]);
  }
  await own.user.run('mutation ($ids: [ID!]!) { cancelAnalyses(target: { ids: $ids }) { results { __typename } } }', {
    ids: [seen, hidden],
  });
  await own.user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename } } }', {
    ids: [seen, hidden],
  });
});

test('exports and uploads are not read by their ids either', async () => {
  const ids = [world.own.ids.export, world.own.ids.upload];
  for (const token of tokens)
    expect(await world[token].run('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).toEqual({
      nodes: [null, null],
    });
});

test('the items of a task are read with their pictures, by their ids too', async () => {
  const { own, foreign, byTask } = world;
  const query =
    'query ($id: ID!) { node(id: $id) { ... on CatalogItem { name thumbnail { url } referenceImages { id } } } }';
  expect(await byTask.run(query, { id: own.ids.catalogItem })).toMatchObject({
    node: { thumbnail: { url: expect.any(String) }, referenceImages: [{ id: own.ids.referenceImage }] },
  });
  expect(await byTask.run(query, { id: foreign.ids.catalogItem })).toEqual({ node: null });
});

test('a stream of whatever happens is FORBIDDEN where its events do not tell what they are about', async () => {
  const stream = await openEventStream(world.byTask.url, {
    query: 'subscription { imageEvents { __typename } }',
    apiKey: world.byTask.apiKey,
  });
  expect(JSON.stringify(await stream.next())).toContain('FORBIDDEN');
  stream.close();
});
