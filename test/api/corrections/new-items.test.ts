import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endAnalysis } from '../../support/ended-analyses.ts';
import { picture } from '../../support/pictures.ts';
import { awaitActive, createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { createToken } from '../session-tokens/client.ts';
import { correct, correctOne, createShop, found, missed, readItems } from './client.ts';

const newItem = (fields: Record<string, unknown>) => ({ newItem: { name: 'Cocoa', ...fields } });

describe('without workers', () => {
  let sightline: TestSightline;
  beforeAll(async () => {
    sightline = await startTestSightline();
  });
  afterAll(() => sightline?.close());

  test('two rows and a later request with one customId are about one item', async () => {
    const { user, analysisId, tea } = await createShop(sightline);
    const cocoa = newItem({ customId: 'cocoa', brand: 'Own' });
    const [first, second] = await correct(user, found(`${analysisId}-0`, cocoa), found(`${analysisId}-1`, cocoa));
    const later = await correctOne(user, found(`${analysisId}-2`, newItem({ customId: 'cocoa', name: 'Other' })));
    const { id } = first!.catalogItem;
    expect([second!.catalogItem.id, later.catalogItem.id]).toEqual([id, id]);
    expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([id, id, id]);
    const query = `query ($id: ID!) { node(id: $id) { ... on CatalogItem {
      name brand customId status thumbnail { status } referenceImages { id } } } }`;
    expect((await user.run(query, { id })).node).toEqual({
      name: 'Cocoa',
      brand: 'Own',
      customId: 'cocoa',
      status: 'INDEXING',
      thumbnail: { status: 'FETCHING' },
      referenceImages: [],
    });
    const existing = await correctOne(user, found(`${analysisId}-2`, newItem({ customId: 'tea' })));
    expect(existing.catalogItem.id).toBe(tea);
    await user.close();
  });

  test('many requests at once with one customId make one item', async () => {
    const { user, analysisId } = await createShop(sightline);
    const rows = [0, 1, 2].map((index) =>
      correctOne(user, found(`${analysisId}-${index}`, newItem({ customId: 'new' }))),
    );
    const ids = (await Promise.all(rows)).map(({ catalogItem }) => catalogItem.id);
    expect(new Set(ids).size).toBe(1);
    await user.close();
  });

  test('fields that an item cannot have, and an image that is gone, are problems of their row', async () => {
    const { user, analysisId } = await createShop(sightline);
    expect(await correct(user, found(`${analysisId}-0`, newItem({ name: ' ' })))).toMatchObject([
      { code: 'VALIDATION_FAILED', issues: [{ path: ['verdict', 'newItem', 'name'] }] },
    ]);
    const token = await createToken(user, { scopes: ['TEACH'], placeIds: ['here'] });
    const { ids } = await submitBatch(
      user,
      [{ source: { base64: (await picture()).toString('base64') }, placeId: 'here' }],
      {
        taskId: await createTask(user),
      },
    );
    await endAnalysis(sightline.database.db, ids[0]!, { detections: [{}] });
    expect(await correct(token.user, found(`${ids[0]}-0`, newItem({})))).toMatchObject([
      { code: 'VALIDATION_FAILED', issues: [{ path: ['verdict', 'newItem'] }] },
    ]);
    const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Analysis { image { id } } } }', {
      id: ids[0],
    });
    await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', {
      ids: [node.image.id],
    });
    expect(await correct(user, found(`${ids[0]}-0`, newItem({})))).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('deleted') },
    ]);
    await token.user.close();
    await user.close();
  });
});

describe('with a worker and its engine', () => {
  let sightline: TestSightline;
  let user: User;
  beforeAll(async () => {
    sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
    user = createUser(sightline);
  });
  afterAll(async () => {
    await user?.close();
    await sightline?.close();
  });

  test('a new item is recognised by what the box shows', async () => {
    const bytes = await picture({ width: 400, height: 300, colour: '#aa3311' });
    const { uploadImages } = await user.run(
      'mutation ($images: [ImageInput!]!) { uploadImages(images: $images) { results { ... on Image { id } } } }',
      { images: [{ source: { base64: bytes.toString('base64') } }] },
    );
    const taskId = await createTask(user);
    const { ids } = await submitBatch(user, [{ source: { imageId: uploadImages.results[0].id } }], { taskId });
    for await (const event of user.stream(
      'subscription ($ids: [ID!]) { analysisEvents(filter: { ids: $ids }) { ... on AnalysisStatusChanged { status } } }',
      { ids },
    ))
      expect(event.status).not.toBe('FAILED');
    const box = { x: 100, y: 50, width: 120, height: 200 };
    const made = await correctOne(user, missed(ids[0]!, box, newItem({ customId: 'cocoa' })));
    const itemId = made.catalogItem.id;
    await awaitActive(user, [itemId]);
    const query = 'query ($id: ID!) { node(id: $id) { ... on CatalogItem { thumbnail { status width height url } } } }';
    const { node } = await user.run(query, { id: itemId });
    expect(node.thumbnail).toMatchObject({ status: 'READY', width: 120, height: 200 });
    const response = await fetch((node as Data).thumbnail.url);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    await response.body?.cancel();
  });
});
