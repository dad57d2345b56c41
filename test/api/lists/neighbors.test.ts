import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { narrowFields } from '../../../schema/analyses/list-columns.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { insertResult, storedDetection } from '../../support/stored-results.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

let sightline: TestSightline;
let user: User;
/** The last one has neither an image nor a batch. */
const analysisIds: string[] = [];
const taskIds: string[] = [];
let batchId: string;
let imageId: string;
let itemId: string;

beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  const { db } = sightline.database;
  for (const name of ['first', 'second']) taskIds.push(await createTask(user, { name }));
  const { id: organizationId } = await db.selectFrom('organization').select('id').executeTakeFirstOrThrow();
  const [batch, image, item] = [newId(), newId(), newId()];
  batchId = encodeId('batch', batch);
  imageId = encodeId('image', image);
  itemId = encodeId('catalogItem', item);
  await sql`insert into batch (id, organization_id, priority, total) values (${batch}, ${organizationId}, 0, 3)`.execute(
    db,
  );
  await sql`insert into image (id, organization_id, status) values (${image}, ${organizationId}, 'AWAITING_UPLOAD')`.execute(
    db,
  );
  await sql`
    insert into catalog_item (id, organization_id, status, name) values (${item}, ${organizationId}, 'ACTIVE', 'Tea')`.execute(
    db,
  );
  await sql`
    insert into catalog_image (catalog_item_id, image_id, organization_id, position)
    values (${item}, ${image}, ${organizationId}, 0)`.execute(db);
  for (const index of [0, 1, 2]) {
    const owner = { organizationId, taskId: decodeId('task', taskIds[index % 2]!)!, imageId: index < 2 ? image : null };
    const detections = [storedDetection({ itemId: item }), storedDetection(), storedDetection({ itemId: newId() })];
    const id = await insertResult(db, owner, detections);
    if (index < 2) await sql`update analysis set batch_id = ${batch} where id = ${id}`.execute(db);
    analysisIds.push(encodeId('analysis', id));
  }
});
afterAll(async () => {
  await user.close();
  await sightline.close();
});

const selection = 'id task { id name } image { id } batch { id total }';

async function listed(fields: string, variables: Record<string, unknown> = {}, head = ''): Promise<Data[]> {
  return (await user.run(`query ${head} { analyses { nodes { ${fields} } } }`, variables)).analyses.nodes;
}

describe('what the entries of a list refer to', () => {
  test('is what each of them refers to by itself', async () => {
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Analysis { ${selection} } } }`;
    const { nodes } = await user.run(query, { ids: analysisIds.toReversed() });
    expect(await listed(selection)).toEqual(nodes);
    expect(nodes.map(({ task, image, batch }: Data) => [task.name, image?.id, batch?.id])).toEqual([
      ['first', undefined, undefined],
      ['second', imageId, batchId],
      ['first', imageId, batchId],
    ]);
  });

  test('is the same in edges, under other names, in fragments and where it is selected twice', async () => {
    const { analyses } = await user.run(`
      { analyses { edges { node { ...Parts other: task { name } } } } }
      fragment Parts on Analysis { task { id } ... on Node { id } ... { task { name } batch { id } } }`);
    const [, second] = analyses.edges;
    expect(second.node).toEqual({
      id: analysisIds[1],
      task: { id: taskIds[1], name: 'second' },
      batch: { id: batchId },
      other: { name: 'second' },
    });
  });

  test.each([true, false])('depends on directives (%s)', async (wanted) => {
    const nodes = await listed(
      'id task @include(if: $wanted) { name } batch @skip(if: $wanted) { id }',
      { wanted },
      '($wanted: Boolean!)',
    );
    expect(nodes[1]).toEqual({
      id: analysisIds[1],
      ...(wanted ? { task: { name: 'second' } } : { batch: { id: batchId } }),
    });
  });

  test('is there below other lists, and null for an item that no longer exists', async () => {
    const { task } = await user.run(
      'query ($id: ID!) { task: node(id: $id) { ... on Task { analyses { nodes { task { id } detections { catalogItem { id name thumbnail { id } } } } } } } }',
      { id: taskIds[1] },
    );
    const item = { id: itemId, name: 'Tea', thumbnail: { id: imageId } };
    expect(task.analyses.nodes).toEqual([
      { task: { id: taskIds[1] }, detections: [{ catalogItem: item }, { catalogItem: null }, { catalogItem: null }] },
    ]);
    const { catalogItems } = await user.run('{ catalogItems { nodes { id name thumbnail { id } } } }');
    expect(catalogItems.nodes).toEqual([item]);
  });
});

describe('a list that reads only the columns it needs', () => {
  const selections: Record<string, string> = {
    task: 'task { id }',
    batch: 'batch { id }',
    image: 'image { id }',
    detectionCount: 'detectionCount corrected: detectionCount(basis: CORRECTED)',
  };

  beforeAll(() =>
    sql`
      update analysis set external_id = 'photo', place_id = 'shop', visit_id = 'visit', confidence = 0.5, detection_count = 3,
        created_at = created_at - interval '2 seconds', started_at = created_at, finished_at = created_at + interval '1 second'`.execute(
      sightline.database.db,
    ),
  );

  test.each(narrowFields.analysis)('has the same %s as one that reads all', async (field) => {
    const selection = selections[field] ?? field;
    const whole = await listed(`${selection} metadata`);
    // The second has a batch and an image.
    expect(whole[1][field]).toBeTruthy();
    expect(await listed(selection)).toEqual(whole.map(({ metadata: _, ...rest }) => rest));
  });

  const ofNeighbors = (['task', 'batch'] as const).flatMap((name) =>
    narrowFields[name].map((field) => [name, field] as const),
  );
  test.each(ofNeighbors)('has the same %s { %s } as one that reads them apart', async (name, field) => {
    // With `eventCursor` and `type`, they are loaded by their ids.
    const apart = name === 'task' ? 'type' : 'eventCursor';
    const whole = await listed(`${name} { ${field} ${apart} }`);
    expect(whole[1][name][field]).not.toBeUndefined();
    const joined = await listed(`${name} { ${field} }`);
    expect(joined.map((node) => node[name]?.[field])).toEqual(whole.map((node) => node[name]?.[field]));
  });

  test('reads what two selections of a task need together', async () => {
    const { analyses } = await user.run(
      '{ analyses { nodes { task { id } } edges { node { task { name } again: task { type } } } } }',
    );
    expect(analyses.nodes[1]).toEqual({ task: { id: taskIds[1] } });
    expect(analyses.edges[1].node).toEqual({ task: { name: 'second' }, again: { type: 'DETECTION' } });
  });

  test('reads all for a field that depends on a directive, in whatever fragment', async () => {
    const { analyses } = await user.run(
      `query ($wanted: Boolean!) { analyses { nodes { status } edges { node { ...Parts } } } }
      fragment Parts on Analysis { ... on Node @include(if: $wanted) { ... on Analysis { metadata } } }`,
      { wanted: true },
    );
    expect(analyses.edges[1].node).toEqual({ metadata: {} });
  });

  test('is ordered by a column that it does not show', async () => {
    const query = '{ analyses(orderBy: { field: CONFIDENCE, direction: ASC }) { nodes { id } } }';
    expect((await user.run(query)).analyses.nodes.map(({ id }: Data) => id)).toEqual(analysisIds);
  });
});
