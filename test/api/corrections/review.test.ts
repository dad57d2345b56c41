import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CorrectionFilter, listCorrections } from '../../../src/corrections/corrections.repository.ts';
import { encodeId, newId } from '../../../src/ids.ts';
import { explainQueries } from '../../support/query-plans.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { createToken } from '../session-tokens/client.ts';
import {
  approve,
  correct,
  correctOne,
  createShop,
  found,
  item,
  missed,
  readDetections,
  readItems,
  remove,
  type Shop,
  unknown,
} from './client.ts';

let sightline: TestSightline;
let shop: Shop;
/** Has the scope WRITE only. */
let clerk: User;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  shop = await createShop(sightline, { placeId: 'here' });
  clerk = (await createToken(shop.user, { scopes: ['WRITE'], actor: 'clerk' })).user;
  return async () => {
    await shop.user.close();
    await clerk.close();
  };
});

describe('without the scope TEACH', () => {
  test('a correction is a proposal, which changes nothing until it is approved', async () => {
    const { user, analysisId, tea, coffee } = shop;
    const made = await correctOne(clerk, found(`${analysisId}-0`, item(coffee)));
    expect(made).toMatchObject({ status: 'PROPOSED', actor: 'clerk' });
    const [first] = await readDetections(user, analysisId, 'CORRECTED');
    expect(first).toMatchObject({ catalogItem: { id: tea }, correction: { id: made.id, status: 'PROPOSED' } });

    expect(await approve(user, made.id)).toMatchObject([{ id: made.id, status: 'APPLIED', actor: 'clerk' }]);
    expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([coffee, tea, null]);
    // Again changes nothing.
    expect(await approve(user, made.id)).toMatchObject([{ status: 'APPLIED' }]);
  });

  test('nothing is approved, and what counts is not removed', async () => {
    const { user, analysisId } = shop;
    const own = await correctOne(clerk, found(`${analysisId}-0`, unknown));
    expect(
      await clerk.fail('mutation ($ids: [ID!]!) { approveCorrections(ids: $ids) { __typename } }', { ids: [own.id] }),
    ).toMatchObject({
      code: 'FORBIDDEN',
    });
    const applied = await correctOne(user, found(`${analysisId}-1`, unknown));
    const made = encodeId('correction', newId());
    expect(await remove(clerk, own.id, applied.id, made)).toMatchObject([
      { __typename: 'RemovedCorrection', id: own.id },
      { code: 'CONFLICT', message: expect.stringContaining('TEACH') },
      { code: 'NOT_FOUND', id: made },
    ]);
  });

  test('a proposal leaves what counts, and an approved one replaces it', async () => {
    const { user, analysisId, tea, coffee } = shop;
    await correctOne(user, found(`${analysisId}-2`, item(tea)));
    const proposal = await correctOne(clerk, found(`${analysisId}-2`, item(coffee)));
    expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([tea, tea, tea]);
    await approve(user, proposal.id);
    expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([tea, tea, coffee]);
    const { corrections } = await user.run('{ corrections { nodes { id } } }');
    expect(corrections.nodes).toEqual([{ id: proposal.id }]);
  });

  test('a correction that counts ends the proposals about the same product', async () => {
    const { user, analysisId, tea, coffee } = shop;
    const box = { x: 1_000, y: 100, width: 100, height: 200 };
    const proposal = await correctOne(clerk, missed(analysisId, box, item(tea)));
    await correctOne(user, missed(analysisId, { ...box, x: 1_010 }, item(coffee)));
    expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([tea, tea, null, coffee]);
    expect(await approve(user, proposal.id)).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});

test('the scope TEACH is held by keys and tokens, and TEACH and ADMIN include it', async () => {
  const { user, analysisId } = shop;
  const teacher = await createToken(user, { scopes: ['TEACH'] });
  expect(await correctOne(teacher.user, found(`${analysisId}-0`, unknown))).toMatchObject({ status: 'APPLIED' });
  await teacher.user.close();
  const { createApiKey } = await user.run(
    'mutation { createApiKey(name: "clerk", scopes: [WRITE]) { ... on CreateApiKeyPayload { secret } } }',
  );
  const key = createUser({ url: user.url, apiKey: createApiKey.secret });
  const text = `mutation { createSessionToken(input: { scopes: [TEACH] }) { __typename ... on UserError { message } } }`;
  expect((await key.run(text)).createSessionToken).toMatchObject({ message: expect.stringContaining('TEACH') });
});

test('removed corrections leave what was found', async () => {
  const { user, analysisId, tea, coffee } = shop;
  const made = await correct(
    user,
    found(`${analysisId}-0`, item(coffee)),
    missed(analysisId, { x: 1_000, y: 100, width: 100, height: 200 }, item(coffee)),
  );
  expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([coffee, tea, null, coffee]);
  expect(await remove(user, ...made.map(({ id }) => id))).toMatchObject(made.map(({ id }) => ({ id })));
  expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([tea, tea, null]);
});

test('the list reads analyses only for a condition that is about them', async () => {
  const { db, planOf } = explainQueries(sightline.database);
  const tables = async (filter: CorrectionFilter) =>
    (await planOf(() => listCorrections(db, newId(), filter, { after: null, limit: 51 }))).tables;
  expect(await tables({ status: 'PROPOSED' })).toEqual(['correction']);
  expect(await tables({ taskId: newId() })).toEqual(['analysis', 'correction']);
  expect(await tables({ narrowing: { taskIds: [newId()], placeIds: null } })).toEqual(['analysis', 'correction']);
});

test('of an old period no more is read than a page, and nothing that is newer', async () => {
  const { db, pool } = sightline.database;
  const organizationId = newId();
  const analysisId = newId();
  await sql`insert into organization (id, name, plan) values (${organizationId}, 'Many corrections', 'FREE')`.execute(
    db,
  );
  const taskId = newId();
  await sql`
    insert into task (id, organization_id, name, type, pipeline, all_catalog_items)
    values (${taskId}, ${organizationId}, 't', 'DETECTION', 'shelf', true)`.execute(db);
  await sql`
    insert into analysis (id, organization_id, task_id, status, priority, pipeline)
    values (${analysisId}, ${organizationId}, ${taskId}, 'QUEUED', 0, 'shelf@1')`.execute(db);
  await sql`
    insert into correction (
      id, organization_id, analysis_id, first_run, box, picture_width, picture_height, verdict, status, created_at)
    select uuidv7(n * interval '-1 minute'), ${organizationId}, ${analysisId}, ${analysisId}, '{1,1,1,1}', 9, 9, 'UNKNOWN', 'APPLIED',
      now() - n * interval '1 minute'
    from generate_series(1, 6000) n`.execute(db);
  await pool.query('vacuum analyze correction');
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const createdAt = { from: minutesAgo(5_000), to: minutesAgo(4_000) };
  const queries = explainQueries(sightline.database);
  const list = () => listCorrections(queries.db, organizationId, { createdAt }, { after: null, limit: 51 });
  expect(await list()).toHaveLength(51);
  const plan = await queries.planOf(list);
  expect(plan.indexes).toEqual(['correction_created_at']);
  expect(plan.sorted).toBe(false);
});

test('the list is filtered by task, analysis, status, item and time, newest first', async () => {
  const { user, analysisId, taskId, coffee } = shop;
  const first = await correctOne(user, found(`${analysisId}-0`, item(coffee)));
  const second = await correctOne(clerk, found(`${analysisId}-1`, unknown));
  const list = async (filter: Record<string, unknown>) => {
    const text = 'query ($filter: CorrectionFilter) { corrections(filter: $filter) { totalCount nodes { id } } }';
    const { corrections } = await user.run(text, { filter });
    expect(corrections.totalCount).toBe(corrections.nodes.length);
    return corrections.nodes.map(({ id }: { id: string }) => id);
  };
  expect(await list({})).toEqual([second.id, first.id]);
  expect(await list({ taskId, analysisId })).toEqual([second.id, first.id]);
  expect(await list({ status: 'PROPOSED' })).toEqual([second.id]);
  expect(await list({ catalogItemId: coffee })).toEqual([first.id]);
  expect(await list({ createdAt: { to: first.createdAt } })).toEqual([]);
  const period = { from: first.createdAt, to: new Date(Date.now() + 60_000) };
  expect(await list({ createdAt: period, status: 'APPLIED' })).toEqual([first.id]);
  expect(await list({ createdAt: period })).toEqual([second.id, first.id]);
  const pages = `query ($filter: CorrectionFilter, $after: String) {
    corrections(first: 1, after: $after, filter: $filter) { nodes { id } pageInfo { endCursor } } }`;
  const { corrections: newest } = await user.run(pages, { filter: { createdAt: period } });
  const after = newest.pageInfo.endCursor;
  const { corrections: next } = await user.run(pages, { filter: { createdAt: period }, after });
  expect([newest.nodes, next.nodes]).toEqual([[{ id: second.id }], [{ id: first.id }]]);
  expect(await list({ taskId: encodeId('task', newId()) })).toEqual([]);
  const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Analysis { corrections { id } } } }', {
    id: analysisId,
  });
  expect(node.corrections).toEqual([{ id: first.id }, { id: second.id }]);
});
