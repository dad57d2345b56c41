import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PriceTag } from '../../../src/recognition/prices/price-tag.ts';
import { createTask, failures } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { correct, found, item } from '../corrections/client.ts';
import { createItems, createPlanogram, judge, shelfOf, sideBySide } from './client.ts';

let sightline: TestSightline;
let user: User;
let [tea, jam, soda]: string[] = [];
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  [tea, jam, soda] = await createItems(user, 'tea', 'jam', 'soda');
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const alertFields = /* GraphQL */ `
  fragment A on ShelfAlert {
    id kind status placeId value price { amount currency } clearedAt acknowledgedAt
    task { id } catalogItem { id } analysis { id } visit { visitId }
  }
`;

async function alertsOf(filter: Data): Promise<Data[]> {
  const query = `query ($filter: ShelfAlertFilter) {
    shelfAlerts(filter: $filter) { totalCount nodes { ...A } } } ${alertFields}`;
  const { shelfAlerts } = await user.run(query, { filter });
  expect(shelfAlerts.totalCount).toBe(shelfAlerts.nodes.length);
  return shelfAlerts.nodes;
}

const summary = (alerts: readonly Data[]) =>
  alerts
    .map(({ kind, status, catalogItem }) => [kind, status, ...(catalogItem ? [catalogItem.id] : [])].join(' '))
    .sort();

/** With a plan of tea, jam and soda. */
async function createRuled(alertRules: Data, task: Data = {}): Promise<string> {
  const taskId = await createTask(user, { alertRules, ...task });
  await createPlanogram(user, { taskId, content: shelfOf('tea', 'jam', 'soda') });
  return taskId;
}

const full = () => sideBySide(tea!, jam!, soda!);
const withoutJam = () => full().toSpliced(1, 1);

test('a rule raises one alert for a place and an item, until a picture clears it', async () => {
  const taskId = await createRuled({ complianceBelow: 0.9, gapShareAbove: 0.1, itemMissing: true }, { findGaps: true });
  const { eventCursor } = await user.run('{ eventCursor }');
  const image = { taskId, placeId: 'bay' };
  const first = await judge(sightline, user, image, withoutJam());
  const raised = await alertsOf({ taskId });
  expect(summary(raised)).toEqual(['COMPLIANCE_BELOW RAISED', 'GAP_SHARE_ABOVE RAISED', `ITEM_MISSING RAISED ${jam}`]);
  for (const alert of raised)
    expect(alert).toMatchObject({ placeId: 'bay', task: { id: taskId }, analysis: { id: first }, visit: null });
  expect(raised.find(({ kind }) => kind === 'COMPLIANCE_BELOW')!.value).toBeCloseTo(2 / 3, 4);
  const second = await judge(sightline, user, image, withoutJam());
  const again = await alertsOf({ taskId });
  expect(again.map(({ id }) => id)).toEqual(raised.map(({ id }) => id));
  expect(again[0]!.analysis.id).toBe(second);
  await judge(sightline, user, { taskId, placeId: 'another bay' }, withoutJam());
  expect(await alertsOf({ taskId, statuses: ['RAISED'] })).toHaveLength(6);
  await judge(sightline, user, image, full());
  expect(summary(await alertsOf({ taskId, placeId: 'bay' }))).toEqual([
    'COMPLIANCE_BELOW CLEARED',
    'GAP_SHARE_ABOVE CLEARED',
    `ITEM_MISSING CLEARED ${jam}`,
  ]);
  await judge(sightline, user, image, withoutJam());
  expect(await alertsOf({ taskId, placeId: 'bay' })).toHaveLength(6);

  const subscription = /* GraphQL */ `
    subscription ($filter: ShelfAlertEventFilter, $after: String) {
      shelfAlertEvents(filter: $filter, after: $after) {
        ... on StreamEvent { cursor }
        ... on ShelfAlertChanged { status shelfAlert { kind placeId } }
      }
    }
  `;
  const filter = { taskId, placeId: 'bay', kinds: ['ITEM_MISSING'] };
  const seen: Data[] = [];
  for await (const event of user.stream(subscription, { filter, after: eventCursor }))
    if (seen.push(event) === 3) break;
  expect(seen.map(({ status }) => status)).toEqual(['RAISED', 'CLEARED', 'RAISED']);
  const resumed: Data[] = [];
  for await (const event of user.stream(subscription, { filter, after: seen[1]!.cursor }))
    if (resumed.push(event) === 1) break;
  expect(resumed).toEqual([seen[2]]);
});

test('what a picture does not show clears nothing, and an older picture changes nothing', async () => {
  const taskId = await createRuled({ itemMissing: true });
  const at = (recordedAt: string) => ({ taskId, placeId: 'bay', recordedAt });
  await judge(sightline, user, at('2026-03-01T00:00:00Z'), withoutJam());
  const raised = [`ITEM_MISSING RAISED ${jam}`];
  expect(summary(await alertsOf({ taskId }))).toEqual(raised);
  const cutOff = sideBySide(tea!).map((product) => ({
    ...product,
    box: [3_790, 1_500, 200, 400] as [number, number, number, number],
  }));
  await judge(sightline, user, at('2026-03-02T00:00:00Z'), cutOff);
  expect(summary(await alertsOf({ taskId }))).toEqual(raised);
  await judge(sightline, user, at('2026-02-01T00:00:00Z'), full());
  expect(summary(await alertsOf({ taskId }))).toEqual(raised);
  await judge(sightline, user, at('2026-03-03T00:00:00Z'), full());
  expect(summary(await alertsOf({ taskId }))).toEqual([`ITEM_MISSING CLEARED ${jam}`]);
});

test('a rule that is gone clears its alerts with the next picture', async () => {
  const taskId = await createRuled({ itemMissing: true });
  await judge(sightline, user, { taskId }, withoutJam());
  const query =
    'mutation ($id: ID!) { updateTask(input: { id: $id, alertRules: null }) { __typename ... on Task { alertRules { itemMissing } } } }';
  const { updateTask } = await user.run(query, { id: taskId });
  expect(updateTask).toEqual({ __typename: 'Task', alertRules: { itemMissing: false } });
  await judge(sightline, user, { taskId }, withoutJam());
  expect(await alertsOf({ taskId })).toMatchObject([{ status: 'CLEARED', placeId: null }]);
});

test('those of a visit are evaluated when it closes, by all of its pictures', async () => {
  const taskId = await createRuled({ itemMissing: true, complianceBelow: 1 });
  const image = { taskId, placeId: 'shop', visitId: 'morning' };
  await judge(sightline, user, image, sideBySide(tea!, soda!));
  await judge(sightline, user, image, sideBySide(jam!));
  expect(await alertsOf({ taskId })).toEqual([]);
  const { visits } = await user.run('{ visits(filter: { visitIds: ["morning"] }) { nodes { id } } }');
  const close = 'mutation ($id: ID!) { closeVisit(id: $id) { ... on Visit { status compliance { score } } } }';
  const { closeVisit } = await user.run(close, { id: visits.nodes[0].id });
  expect(closeVisit).toEqual({ status: 'CLOSED', compliance: [{ score: 1 }] });
  expect(await alertsOf({ taskId })).toEqual([]);
  await judge(sightline, user, { ...image, visitId: 'evening' }, sideBySide(tea!, soda!));
  const evening = await user.run('{ visits(filter: { visitIds: ["evening"] }) { nodes { id } } }');
  await user.run(close, { id: evening.visits.nodes[0].id });
  const alerts = await alertsOf({ taskId });
  expect(summary(alerts)).toEqual(['COMPLIANCE_BELOW RAISED', `ITEM_MISSING RAISED ${jam}`]);
  for (const alert of alerts) expect(alert).toMatchObject({ analysis: null, visit: { visitId: 'evening' } });
});

describe('prices', () => {
  const euro = (amount: string) => ({ amount, currency: 'EUR' });
  const tag = (detection: number, amount: string | null): PriceTag => ({
    ...{ box: [1_000 + 210 * detection, 1_920, 150, 60], price: amount === null ? null : euro(amount), pieces: 1 },
    ...{ unitPrice: null, name: null, gtin: null, detections: [detection] },
  });
  const rules = () => ({
    pricesDifferFrom: [
      { catalogItemId: tea, price: { amount: '1.9' } },
      { catalogItemId: jam, price: euro('2.50') },
    ],
  });

  test('on tags that differ from those of the rules raise alerts, until a tag says the right one', async () => {
    const taskId = await createTask(user, { readText: true, alertRules: rules() });
    const show = (tags: PriceTag[] | null) => judge(sightline, user, { taskId }, full(), { prices: tags });
    const id = await show([tag(0, '1.90'), tag(1, '2.75'), tag(2, '9.99')]);
    const [alert] = await alertsOf({ taskId });
    expect(alert).toMatchObject({
      ...{ kind: 'PRICE_DIFFERS', status: 'RAISED', catalogItem: { id: jam }, value: null },
      ...{ price: euro('2.75'), analysis: { id } },
    });
    await show([tag(0, '1.90'), tag(1, null)]);
    await show(null);
    expect(summary(await alertsOf({ taskId }))).toEqual([`PRICE_DIFFERS RAISED ${jam}`]);
    await show([tag(0, '1.90'), tag(1, '2.5')]);
    expect(await alertsOf({ taskId })).toMatchObject([{ status: 'CLEARED', price: euro('2.5') }]);
    await show([tag(0, '2.10')]);
    expect(summary(await alertsOf({ taskId, statuses: ['RAISED'] }))).toEqual([`PRICE_DIFFERS RAISED ${tea}`]);
    const update = 'mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { __typename } }';
    await user.run(update, {
      input: { id: taskId, alertRules: { pricesDifferFrom: rules().pricesDifferFrom.slice(1) } },
    });
    await show([tag(0, '2.10'), tag(1, '2.75')]);
    expect(summary(await alertsOf({ taskId, statuses: ['RAISED'] }))).toEqual([`PRICE_DIFFERS RAISED ${jam}`]);
    await user.run(update, { input: { id: taskId, alertRules: null } });
    await show([tag(1, '2.5')]);
    expect(await alertsOf({ taskId, statuses: ['RAISED'] })).toEqual([]);
  });

  test('of a visit are those of all its images, of the items that people have corrected them to', async () => {
    const taskId = await createTask(user, { readText: true, alertRules: rules() });
    const image = { taskId, visitId: `prices ${taskId}` };
    const wrong = await judge(sightline, user, image, sideBySide(soda!), { prices: [tag(0, '3.00')] });
    await judge(sightline, user, image, sideBySide(tea!), { prices: [tag(0, '1.90')] });
    await correct(user, found(`${wrong}-0`, item(jam!)));
    const { visits } = await user.run(`{ visits(filter: { visitIds: ["prices ${taskId}"] }) { nodes { id } } }`);
    await user.run('mutation ($id: ID!) { closeVisit(id: $id) { __typename } }', { id: visits.nodes[0].id });
    expect(await alertsOf({ taskId })).toMatchObject([
      { kind: 'PRICE_DIFFERS', catalogItem: { id: jam }, price: euro('3.00') },
    ]);
  });

  test('are shown with the task, and refused where they could never be read', async () => {
    const taskId = await createTask(user, { readText: true, alertRules: rules() });
    const query = `query ($id: ID!) { node(id: $id) { ... on Task {
      alertRules { pricesDifferFrom { catalogItem { id } price { amount currency } } } } } }`;
    const { node } = await user.run(query, { id: taskId });
    expect(node.alertRules.pricesDifferFrom).toEqual([
      { catalogItem: { id: tea }, price: { amount: '1.9', currency: null } },
      { catalogItem: { id: jam }, price: euro('2.50') },
    ]);
    expect(await tryCreateTask({ alertRules: rules() })).toMatchObject({
      issues: [{ path: ['alertRules', 'pricesDifferFrom'], message: expect.stringContaining('readText') }],
    });
    const [first] = rules().pricesDifferFrom;
    const faulty = [first, first, { catalogItemId: jam, price: { amount: '1,99', currency: 'euro' } }];
    expect(await tryCreateTask({ readText: true, alertRules: { pricesDifferFrom: faulty } })).toMatchObject({
      issues: [
        { path: ['alertRules', 'pricesDifferFrom', '1', 'catalogItemId'] },
        { path: ['alertRules', 'pricesDifferFrom', '2', 'price', 'amount'] },
        { path: ['alertRules', 'pricesDifferFrom', '2', 'price', 'currency'] },
      ],
    });
    const unknown = [{ catalogItemId: 'item_nothing', price: { amount: '1' } }];
    expect(await tryCreateTask({ readText: true, alertRules: { pricesDifferFrom: unknown } })).toMatchObject({
      code: 'NOT_FOUND',
      id: 'item_nothing',
    });
  });
});

async function tryCreateTask(input: Data): Promise<Data> {
  const query = `mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename ...Failures } } ${failures}`;
  return (await user.run(query, { input: { name: 'Task', ...input } })).createTask;
}

describe('acknowledgeShelfAlerts', () => {
  test('notes it once, and tells the stream', async () => {
    const taskId = await createRuled({ itemMissing: true });
    await judge(sightline, user, { taskId }, withoutJam());
    const [{ id }] = (await alertsOf({ taskId, isAcknowledged: false })) as [Data];
    const query = `mutation ($ids: [ID!]!) { acknowledgeShelfAlerts(ids: $ids) { results { __typename ...A ...Failures } } }
      ${alertFields} ${failures}`;
    const acknowledge = async (ids: string[]) => (await user.run(query, { ids })).acknowledgeShelfAlerts.results;
    const [acknowledged, unknown] = await acknowledge([id, 'nonsense']);
    expect(acknowledged).toMatchObject({ id, status: 'RAISED', acknowledgedAt: expect.any(String) });
    expect(unknown).toMatchObject({ code: 'NOT_FOUND', id: 'nonsense' });
    expect(await acknowledge([id])).toEqual([acknowledged]);
    expect(await alertsOf({ taskId, isAcknowledged: false })).toEqual([]);
    expect(await alertsOf({ taskId, isAcknowledged: true })).toHaveLength(1);
  });
});

test('rules are refused where they could never hold', async () => {
  expect(await tryCreateTask({ alertRules: { complianceBelow: 1.1 } })).toMatchObject({
    issues: [{ path: ['alertRules', 'complianceBelow'] }],
  });
  expect(await tryCreateTask({ alertRules: { gapShareAbove: 0.1 } })).toMatchObject({
    issues: [{ path: ['alertRules', 'gapShareAbove'], message: expect.stringContaining('findGaps') }],
  });
  expect(await tryCreateTask({ type: 'CLASSIFICATION', alertRules: { itemMissing: true } })).toMatchObject({
    issues: [{ path: ['alertRules'] }],
  });
});
