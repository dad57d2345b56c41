import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createItem, createTask, failures } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { createPlanogram, judge, planogramFields, shelfOf, sideBySide, tryCreate, updatePlanogram } from './client.ts';

let sightline: TestSightline;
let user: User;
let task: string;
/** By customId. */
const items: Record<string, string> = {};
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  task = await createTask(user);
  const dimensions = { width: 0.08, depth: 0.05 };
  for (const customId of ['tea', 'jam', 'soda', 'old']) {
    const thumbnail = { base64: await pictureBase64({ colour: `#00${customId.length}0ff` }) };
    items[customId] = (await createItem(user, { customId, thumbnail, ...(customId === 'tea' && { dimensions }) })).id;
  }
  await user.run('mutation ($ids: [ID!]!) { archiveCatalogItems(ids: $ids) { __typename } }', { ids: [items.old] });
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

let places = 0;
/** Which no other planogram is attached to. */
function freshPlace(): string {
  places += 1;
  return `place-${places}`;
}

async function listIds(filter: Data): Promise<string[]> {
  const query = 'query ($filter: PlanogramFilter) { planograms(filter: $filter) { totalCount nodes { id } } }';
  const { planograms } = await user.run(query, { filter });
  expect(planograms.totalCount).toBe(planograms.nodes.length);
  return planograms.nodes.map(({ id }: Data) => id);
}

const upload = (text: string) => ({ 'input.content.csv': new Blob([text]) });

describe('createPlanogram', () => {
  test('makes a planogram of shelves, with the widths of items where none is given', async () => {
    const placeId = freshPlace();
    const planogram = await createPlanogram(user, {
      placeId,
      taskId: task,
      content: {
        shelves: [
          { height: 0.4, width: 1, positions: [] },
          {
            positions: [
              { item: { customId: 'tea' }, facings: 3, stack: 2 },
              { item: { customId: 'tea' }, orientation: 'LEFT_SIDE' },
              { item: { catalogItemId: items.jam }, width: 0.1 },
              { item: { customId: 'soda' } },
            ],
          },
        ],
      },
    });
    const position = { facings: 1, stack: 1, orientation: 'FRONT' };
    expect(planogram).toMatchObject({
      id: expect.stringMatching(/^plan_/),
      name: 'Plan',
      placeId,
      task: { id: task },
      deletedAt: null,
      versions: { totalCount: 1, nodes: [{ version: 1, validFrom: null }] },
    });
    expect(planogram.currentVersion).toEqual({
      version: 1,
      validFrom: null,
      shelves: [
        { index: 0, height: 0.4, width: 1, positions: [] },
        {
          index: 1,
          height: null,
          width: null,
          positions: [
            { ...position, index: 0, catalogItem: { id: items.tea }, facings: 3, stack: 2, width: 0.08 },
            { ...position, index: 1, catalogItem: { id: items.tea }, orientation: 'LEFT_SIDE', width: 0.05 },
            { ...position, index: 2, catalogItem: { id: items.jam }, width: 0.1 },
            { ...position, index: 3, catalogItem: { id: items.soda }, width: null },
          ],
        },
      ],
    });
    expect(await listIds({ placeId })).toEqual([planogram.id]);
    expect(await listIds({ placeId, taskId: task, ids: [planogram.id] })).toEqual([planogram.id]);
    expect(await listIds({ placeId, taskId: await createTask(user) })).toEqual([]);
    const { node } = await user.run(`query ($id: ID!) { node(id: $id) { ...P } } ${planogramFields}`, {
      id: planogram.id,
    });
    expect(node).toEqual(planogram);
  });

  test('makes the same of a CSV file', async () => {
    const csv = [
      'Shelf;Position;Custom ID;facings;stack;orientation;width;shelf_height;shelf width',
      '2;2;jam;1;;;0,1;;',
      '2;1;tea;3;2;;;0,3;1,2',
      '',
      '1;1;soda;;;left side;;;',
    ].join('\n');
    const planogram = await createPlanogram(user, { placeId: freshPlace(), content: { csv: null } }, upload(csv));
    expect(planogram.currentVersion.shelves).toMatchObject([
      {
        height: null,
        positions: [{ catalogItem: { id: items.soda }, facings: 1, stack: 1, orientation: 'LEFT_SIDE' }],
      },
      {
        ...{ height: 0.3, width: 1.2 },
        positions: [
          { catalogItem: { id: items.tea }, facings: 3, stack: 2, width: 0.08 },
          { catalogItem: { id: items.jam }, facings: 1, stack: 1, width: 0.1 },
        ],
      },
    ]);
  });

  test('makes one of an analysis whose picture is how it should be, without what has no name', async () => {
    const found = sideBySide(items.tea!, items.tea!, null, items.jam!, items.tea!);
    const analysisId = await judge(sightline, user, { taskId: task }, found);
    const planogram = await createPlanogram(user, { placeId: freshPlace(), content: { analysisId } });
    expect(planogram.currentVersion.shelves).toMatchObject([
      {
        positions: [
          { catalogItem: { id: items.tea }, facings: 2 },
          { catalogItem: { id: items.jam }, facings: 1 },
          { catalogItem: { id: items.tea }, facings: 1 },
        ],
      },
    ]);
    const nothing = await judge(sightline, user, { taskId: task }, sideBySide(null));
    expect(await tryCreate(user, { placeId: freshPlace(), content: { analysisId: nothing } })).toMatchObject({
      issues: [{ path: ['content', 'analysisId'], message: expect.stringContaining('No product') }],
    });
  });

  test('names everything that is wrong, and where', async () => {
    const paths = async (input: Data, files?: Record<string, Blob>) => {
      const answer = await tryCreate(user, { placeId: freshPlace(), ...input }, files);
      expect(answer.__typename).toBe('ValidationError');
      return answer.issues.map(({ path }: Data) => path.join('.'));
    };
    const position = { item: { customId: 'tea' } };
    expect(
      await paths({
        content: {
          shelves: [
            {
              height: 0,
              positions: [
                { ...position, facings: 0 },
                { ...position, stack: 21 },
              ],
            },
            { positions: [{ ...position, width: -1 }] },
          ],
        },
      }),
    ).toEqual([
      'content.shelves.0.height',
      'content.shelves.0.positions.0.facings',
      'content.shelves.0.positions.1.stack',
      'content.shelves.1.positions.0.width',
    ]);
    const unknown = encodeId('catalogItem', newId());
    const positions = [
      { item: { customId: 'nothing' } },
      position,
      { item: { catalogItemId: unknown } },
      { item: { catalogItemId: 'nonsense' } },
      { item: { catalogItemId: items.old } },
    ];
    expect(await paths({ content: { shelves: [{ positions }] } })).toEqual(
      [0, 2, 3, 4].map((index) => `content.shelves.0.positions.${index}.item`),
    );
    expect(await paths({ content: { shelves: [] } })).toEqual(['content.shelves']);
    expect(await paths({ content: { shelves: [{ positions: [{ ...position, facings: 501 }] }] } })).toEqual([
      'content.shelves.0.positions.0.facings',
    ]);
    expect(
      await paths({ content: { shelves: [{ positions: [1, 2].map(() => ({ ...position, facings: 300 })) }] } }),
    ).toEqual(['content.shelves.0']);
    expect(await paths({ placeId: null, content: shelfOf('tea') })).toEqual(['taskId']);
    expect(await paths({ name: ' ', content: shelfOf('tea') })).toEqual(['name']);
    const csv = (text: string) => paths({ content: { csv: null } }, upload(text));
    expect(await csv('shelf,customId,facings\nx,tea,1\n1,,1\n1,nothing,1\n')).toEqual([
      'content.csv.2',
      'content.csv.3',
    ]);
    expect(await csv('shelf,customId\n1,nothing\n')).toEqual(['content.csv.2']);
    expect(await csv('shelf,item\n1,tea\n')).toEqual(['content.csv']);
    expect(await csv('customId\ntea\n')).toEqual(['content.csv']);
    expect(await csv('shelf,customId\n')).toEqual(['content.csv']);
    expect(await csv('x'.repeat(500_001))).toEqual(['content.csv']);
  });

  test('is attached to tasks that look for products, and to one thing alone', async () => {
    const placeId = freshPlace();
    const content = shelfOf('tea');
    const unknown = encodeId('task', newId());
    expect(await tryCreate(user, { taskId: unknown, content })).toMatchObject({ code: 'NOT_FOUND', id: unknown });
    const filter = await createTask(user, { type: 'CLASSIFICATION' });
    expect(await tryCreate(user, { taskId: filter, content })).toMatchObject({ issues: [{ path: ['taskId'] }] });
    const ofPlace = await createPlanogram(user, { placeId, content });
    await createPlanogram(user, { placeId, taskId: task, content });
    for (const taskId of [null, task])
      expect(await tryCreate(user, { placeId, taskId, content })).toMatchObject({ code: 'CONFLICT' });
    await user.run('mutation ($id: ID!) { deletePlanogram(id: $id) { __typename } }', { id: ofPlace.id });
    await createPlanogram(user, { placeId, content });
  });

  test('returns the same planogram for the same idempotency key', async () => {
    const input = { placeId: freshPlace(), content: shelfOf('tea'), idempotencyKey: 'once' };
    const [first, second] = await Promise.all([createPlanogram(user, input), createPlanogram(user, input)]);
    expect(second.id).toBe(first.id);
    expect(await tryCreate(user, { ...input, content: shelfOf('jam') })).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });
});

describe('updatePlanogram', () => {
  test('makes a version of new content, and leaves what is absent', async () => {
    const { id, placeId } = await createPlanogram(user, { placeId: freshPlace(), content: shelfOf('tea') });
    const renamed = await updatePlanogram(user, { id, name: 'Summer' });
    expect(renamed).toMatchObject({ name: 'Summer', placeId, versions: { totalCount: 1 } });
    const from = '2999-01-01T00:00:00.000Z';
    const later = await updatePlanogram(user, { id, content: shelfOf('tea', 'jam'), validFrom: from });
    expect(later).toMatchObject({
      name: 'Summer',
      currentVersion: { version: 1 },
      versions: { nodes: [{ version: 2, validFrom: from }, { version: 1 }] },
    });
    const now = await updatePlanogram(user, { id, content: shelfOf('jam') });
    expect(now.currentVersion).toMatchObject({ version: 3, validFrom: expect.any(String) });
  });

  test('moves it, but attaches it to something', async () => {
    const { id, placeId } = await createPlanogram(user, { placeId: freshPlace(), content: shelfOf('tea') });
    expect(await updatePlanogram(user, { id, placeId: null })).toMatchObject({ issues: [{ path: ['taskId'] }] });
    const own = await createTask(user);
    expect(await updatePlanogram(user, { id, placeId: null, taskId: own })).toMatchObject({ task: { id: own } });
    const other = await createPlanogram(user, { placeId, content: shelfOf('tea') });
    expect(await updatePlanogram(user, { id, placeId, taskId: null })).toMatchObject({ code: 'CONFLICT' });
    expect(await updatePlanogram(user, { id: other.id, name: null })).toMatchObject({ issues: [{ path: ['name'] }] });
    expect(await updatePlanogram(user, { id: other.id, validFrom: '2026-01-01T00:00:00Z' })).toMatchObject({
      issues: [{ path: ['validFrom'] }],
    });
  });
});

test('deletePlanogram takes it from the lists', async () => {
  const { id, placeId } = await createPlanogram(user, { placeId: freshPlace(), content: shelfOf('tea') });
  const remove = `mutation ($id: ID!) { deletePlanogram(id: $id) {
    __typename ... on DeletedPlanogram { id } ...Failures } } ${failures}`;
  expect((await user.run(remove, { id })).deletePlanogram).toEqual({ __typename: 'DeletedPlanogram', id });
  expect(await listIds({ placeId })).toEqual([]);
  const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Planogram { deletedAt } } }', { id });
  expect(node.deletedAt).not.toBeNull();
  expect((await user.run(remove, { id })).deletePlanogram).toMatchObject({ code: 'NOT_FOUND', id });
  expect(await updatePlanogram(user, { id, name: 'Again' })).toMatchObject({ code: 'NOT_FOUND', id });
});
