import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
