import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { request } from '../../support/client.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { sumOldTasks } from '../../support/task-sums.ts';
import { catalogClient } from '../catalog/client.ts';

let sightline: TestSightline;
let catalog: ReturnType<typeof catalogClient>;

beforeAll(async () => {
  sightline = await startTestSightline();
  catalog = catalogClient(sightline);
});
afterAll(() => sightline.close());

const taskFields = /* GraphQL */ `
  fragment T on Task {
    __typename
    id name description type threshold topCandidates allCatalogItems deletedAt createdAt updatedAt
    pipeline { name version taskTypes models { name version kind sha256 licence } }
    catalogItems { edges { node { name status } } totalCount }
  }
  fragment F on UserError {
    __typename code message ... on ValidationError { issues { path message } } ... on NotFoundError { id }
  }
`;

async function create(input: Record<string, unknown> = {}, client = catalog) {
  const query = `mutation ($input: CreateTaskInput!) { createTask(input: $input) { ...T ...F } } ${taskFields}`;
  return (await client.run(query, { input: { name: 'Shelf', ...input } })).createTask;
}

async function update(input: Record<string, unknown>, client = catalog) {
  const query = `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { ...T ...F } } ${taskFields}`;
  return (await client.run(query, { input })).updateTask;
}

async function remove(id: string, client = catalog) {
  const query =
    'mutation ($id: ID!) { deleteTask(id: $id) { __typename ... on DeletedTask { id } ... on NotFoundError { id } } }';
  return (await client.run(query, { id })).deleteTask;
}

async function list(filter: Record<string, unknown>, client = catalog): Promise<string[]> {
  const query =
    'query ($filter: TaskFilter) { tasks(filter: $filter) { totalCount edges { node { name } } nodes { name } } }';
  const { tasks } = await client.run(query, { filter });
  expect(tasks.totalCount).toBe(tasks.edges.length);
  expect(tasks.nodes).toEqual(tasks.edges.map(({ node }: { node: { name: string } }) => node));
  return tasks.edges.map((edge: { node: { name: string } }) => edge.node.name);
}

function itemNames(task: { catalogItems: { edges: { node: { name: string } }[] } }): string[] {
  return task.catalogItems.edges.map((edge) => edge.node.name);
}

describe('createTask', () => {
  test('makes a task that looks for everything, with what the pipeline says where nothing was given', async () => {
    const task = await create();
    expect(task).toMatchObject({
      __typename: 'Task',
      id: expect.stringMatching(/^task_/),
      name: 'Shelf',
      description: '',
      type: 'DETECTION',
      topCandidates: 1,
      allCatalogItems: true,
      deletedAt: null,
      pipeline: { name: 'shelf', taskTypes: expect.arrayContaining(['DETECTION']) },
    });
    expect(task.threshold).toBeGreaterThan(0);
    expect(task.pipeline.models.length).toBeGreaterThan(0);
    const { pipelines } = await catalog.run('{ pipelines { name version } }');
    expect(pipelines).toContainEqual({ name: task.pipeline.name, version: task.pipeline.version });
  });

  test('looks for the listed items, also while they are INDEXING, and not for archived ones', async () => {
    const [a, b] = [await catalog.create({ name: 'a' }), await catalog.create({ name: 'b' })];
    const task = await create({ catalogItemIds: [a.id, b.id, a.id] });
    expect(itemNames(task)).toEqual(['b', 'a']);
    expect(task).toMatchObject({ allCatalogItems: false, catalogItems: { totalCount: 2 } });
    await catalog.archive([b.id]);
    expect(itemNames(await update({ id: task.id }))).toEqual(['a']);
    expect(await create({ catalogItemIds: [a.id, b.id] })).toMatchObject({
      issues: [{ path: ['catalogItemIds', '1'] }],
    });
    expect(await create({ catalogItemIds: [] })).toMatchObject({ allCatalogItems: false, catalogItems: { edges: [] } });
  });

  test('takes a pipeline by name, or by name and version to stay on it', async () => {
    const { pipeline } = await create();
    const pinned = await create({ pipeline: `${pipeline.name}@${pipeline.version}` });
    expect(pinned.pipeline).toEqual(pipeline);
  });

  test('names everything that is wrong', async () => {
    const invalid = await create({ name: '', threshold: 1.5, topCandidates: 21, pipeline: 'none' });
    expect(invalid.issues.map((issue: { path: string[] }) => issue.path[0])).toEqual([
      'name',
      'threshold',
      'topCandidates',
      'pipeline',
    ]);
    expect(await create({ type: 'FILTER' })).toMatchObject({ issues: [{ path: ['acceptGroups'] }] });
    const unknown = encodeId('catalogItem', newId());
    expect(await create({ catalogItemIds: [unknown] })).toMatchObject({ __typename: 'NotFoundError', id: unknown });
    expect(await create({ catalogItemIds: ['nonsense'] })).toMatchObject({ code: 'NOT_FOUND', id: 'nonsense' });
    const tenant = await sightline.createTenant();
    const theirs = await catalogClient(sightline, tenant.apiKey).create();
    expect(await create({ catalogItemIds: [theirs.id] })).toMatchObject({ code: 'NOT_FOUND', id: theirs.id });
  });
});

describe('updateTask', () => {
  test('leaves what is absent and clears what is null', async () => {
    const initial = await create({ description: 'd', threshold: 0.25, topCandidates: 3 });
    const renamed = await update({ id: initial.id, name: 'New' });
    expect(renamed).toEqual({ ...initial, name: 'New', updatedAt: renamed.updatedAt });
    const cleared = await update({
      id: initial.id,
      description: null,
      threshold: null,
      topCandidates: null,
      pipeline: null,
    });
    expect(cleared).toMatchObject({ description: '', topCandidates: 1, threshold: (await create()).threshold });
    expect(await update({ id: initial.id, name: null })).toMatchObject({ issues: [{ path: ['name'] }] });
  });

  test('changes the list of items', async () => {
    const [a, b] = [await catalog.create({ name: 'a' }), await catalog.create({ name: 'b' })];
    const task = await create({ catalogItemIds: [a.id] });
    expect(itemNames(await update({ id: task.id, addCatalogItemIds: [a.id, b.id] }))).toEqual(['b', 'a']);
    expect(itemNames(await update({ id: task.id, removeCatalogItemIds: [a.id] }))).toEqual(['b']);
    expect(await update({ id: task.id, removeCatalogItemIds: [a.id] })).toMatchObject({ id: a.id, code: 'NOT_FOUND' });
    const all = await create();
    expect(await update({ id: all.id, addCatalogItemIds: [a.id] })).toMatchObject({
      issues: [{ path: ['addCatalogItemIds'] }],
    });
  });

  test("does not find another organisation's task, nor a deleted one", async () => {
    const task = await create();
    const other = catalogClient(sightline, (await sightline.createTenant()).apiKey);
    expect(await update({ id: task.id, name: 'x' }, other)).toMatchObject({ code: 'NOT_FOUND', id: task.id });
    expect(await remove(task.id, other)).toEqual({ __typename: 'NotFoundError', id: task.id });
    await remove(task.id);
    expect(await update({ id: task.id, name: 'x' })).toMatchObject({ code: 'NOT_FOUND', id: task.id });
  });
});

describe('deleteTask', () => {
  test('takes a task out of the lists, and it stays readable by its id', async () => {
    const task = await create({ name: 'Gone' });
    expect(await remove(task.id)).toEqual({ __typename: 'DeletedTask', id: task.id });
    expect(await remove(task.id)).toEqual({ __typename: 'NotFoundError', id: task.id });
    expect(await list({ name: 'Gone' })).toEqual([]);
    const { node } = await catalog.run('query ($id: ID!) { node(id: $id) { ... on Task { name deletedAt } } }', {
      id: task.id,
    });
    expect(node).toEqual({ name: 'Gone', deletedAt: expect.any(String) });
  });
});

describe('tasks', () => {
  test('narrows by everything that the filter has', async () => {
    const own = catalogClient(sightline, (await sightline.createTenant()).apiKey);
    const [a, b] = [await own.create(), await own.create()];
    const listed = await create({ name: 'listed', catalogItemIds: [a.id] }, own);
    await create({ name: 'all' }, own);
    expect(await list({}, own)).toEqual(['all', 'listed']);
    expect(await list({ ids: [listed.id, 'nonsense'] }, own)).toEqual(['listed']);
    expect(await list({ name: 'all' }, own)).toEqual(['all']);
    expect(await list({ type: 'FILTER' }, own)).toEqual([]);
    expect(await list({ catalogItemId: a.id }, own)).toEqual(['all', 'listed']);
    expect(await list({ catalogItemId: b.id }, own)).toEqual(['all']);
    expect(await list({ catalogItemId: encodeId('catalogItem', newId()) }, own)).toEqual([]);
  });
});

describe('Task.stats', () => {
  test('counts analyses by status within the range', async () => {
    const task = await create();
    const taskId = decodeId('task', task.id);
    await sightline.database.pool.query(
      `insert into analysis (id, organization_id, task_id, status, priority, pipeline, created_at, started_at, finished_at)
       select gen_random_uuid(), organization_id, id, status, 0, 'shelf-fast@2', at::timestamptz,
         at::timestamptz, case when status = 'SUCCEEDED' then at::timestamptz + interval '2 seconds' end
       from task, (values ('QUEUED', '2026-01-01Z'), ('SUCCEEDED', '2026-01-01Z'), ('SUCCEEDED', '2026-02-01Z')) as v(status, at)
       where id = $1`,
      [taskId],
    );
    await sumOldTasks(sightline.database);
    const stats = async (createdAt: object | null) => {
      const query = `query ($id: ID!, $createdAt: DateTimeRange) {
        node(id: $id) { ... on Task { stats(createdAt: $createdAt) { total queued running succeeded failed meanDurationSeconds } } }
      }`;
      return (await catalog.run(query, { id: task.id, createdAt })).node.stats;
    };
    expect(await stats(null)).toEqual({
      total: 3,
      queued: 1,
      running: 0,
      succeeded: 2,
      failed: 0,
      meanDurationSeconds: 2,
    });
    expect(await stats({ from: '2026-02-01T00:00:00Z' })).toMatchObject({ total: 1, succeeded: 1 });
    expect(await stats({ to: '2026-01-01T00:00:00Z' })).toMatchObject({ total: 0, meanDurationSeconds: null });
  });
});

describe('viewer', () => {
  const keys =
    '{ viewer { apiKey { id scopes prefix } organization { id name apiKeys { totalCount edges { node { id } } } plan { name maxBatchSize } } } }';

  test('says who is asking, and lists keys to administrators only', async () => {
    const { viewer } = await catalog.run(keys);
    expect(viewer).toMatchObject({
      apiKey: { scopes: ['ADMIN'], prefix: expect.any(String) },
      organization: { plan: { name: 'UNLIMITED', maxBatchSize: 200 }, apiKeys: { totalCount: 1 } },
    });
    const writer = await sightline.createTenant({ scopes: ['WRITE'] });
    const { body } = await request(sightline.url, { query: keys, apiKey: writer.apiKey });
    expect(body.errors[0]).toMatchObject({
      path: ['viewer', 'organization', 'apiKeys'],
      extensions: { code: 'FORBIDDEN' },
    });
    const own = catalogClient(sightline, writer.apiKey);
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const { viewer: other } = await own.run('{ viewer { apiKey { id } organization { id } } }');
    const ids = [other.apiKey.id, other.organization.id, viewer.apiKey.id, viewer.organization.id];
    expect((await own.run(query, { ids })).nodes).toEqual([{ id: ids[0] }, { id: ids[1] }, null, null]);
  });
});
