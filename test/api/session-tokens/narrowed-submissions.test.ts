import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pictureBase64 } from '../../support/pictures.ts';
import { recognize, submitBatch, trySubmit } from '../../support/recognition.ts';
import type { Data } from '../../support/user.ts';
import { createToken } from './client.ts';
import { foreignPlace, type NarrowedWorld, ownPlace, startNarrowedWorld } from './narrowed-world.ts';

let world: NarrowedWorld;
let base64: string;
beforeAll(async () => {
  world = await startNarrowedWorld();
  base64 = await pictureBase64({ colour: '#abcdef' });
});
afterAll(() => world?.close());

const picture = (placeId?: string, more: Record<string, unknown> = {}) => ({ source: { base64 }, placeId, ...more });

describe.each(['byTask', 'byPlace', 'byBoth'] as const)('a token limited %s', (token) => {
  test('submits to its tasks and places, and sees what it submitted', async () => {
    const { batch, ids } = await submitBatch(world[token], [picture(ownPlace)], { taskId: world.own.ids.task });
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect(await world[token].run(query, { ids: [batch.id, ...ids] })).toEqual({
      nodes: [batch.id, ...ids].map((id) => ({ id })),
    });
    const { analysis } = await recognize(world[token], {
      taskId: world.own.ids.task,
      image: picture(ownPlace),
      waitSeconds: 0,
    });
    expect(analysis.image.id).toMatch(/^img_/);
  });

  test('uses an image that it sees again, and no other', async () => {
    const { own, foreign } = world;
    const use = (imageId: string) =>
      trySubmit(world[token], [{ source: { imageId }, placeId: ownPlace }], { taskId: own.ids.task });
    expect(await use(own.ids.image)).toMatchObject({ __typename: 'SubmitBatchPayload' });
    expect(await use(foreign.ids.image)).toMatchObject({ __typename: 'NotFoundError', id: foreign.ids.image });
  });

  test('uses no upload', async () => {
    const { task, upload } = world.own.ids;
    const source = { uploadId: upload };
    expect(await trySubmit(world[token], [{ source, placeId: ownPlace }], { taskId: task })).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['images', '0', 'source', 'uploadId'] }],
    });
  });

  test('does not get an analysis that it does not see by the key of an image', async () => {
    const { own, foreign } = world;
    const idempotencyKey = `key of ${token}`;
    await submitBatch(own.user, [picture(foreignPlace, { idempotencyKey })], { taskId: foreign.ids.task });
    const before = await world[token].run('{ analyses { totalCount } batches { totalCount } }');
    expect(
      await trySubmit(world[token], [picture(ownPlace, { idempotencyKey })], { taskId: own.ids.task }),
    ).toMatchObject({ __typename: 'IdempotencyConflictError' });
    expect(await world[token].run('{ analyses { totalCount } batches { totalCount } }')).toEqual(before);
  });
});

test.each([
  ['byPlace', undefined],
  ['byPlace', foreignPlace],
  ['byBoth', foreignPlace],
] as const)('a token limited %s does not submit for the place %s', async (token, placeId) => {
  expect(await trySubmit(world[token], [picture(placeId)], { taskId: world.own.ids.task })).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['images', '0', 'placeId'] }],
  });
});

test('a token limited to a task submits to no other, whether for all images or for one', async () => {
  const { own, foreign, byTask } = world;
  const refused = { __typename: 'NotFoundError', id: foreign.ids.task };
  expect(await trySubmit(byTask, [picture()], { taskId: foreign.ids.task })).toMatchObject(refused);
  const images = [picture(), picture(undefined, { taskId: foreign.ids.task })];
  expect(await trySubmit(byTask, images, { taskId: own.ids.task })).toMatchObject(refused);
});

test('analyses keep whom the token stands for that submitted or reran them, and nobody else', async () => {
  const { own } = world;
  const { user } = await createToken(own.user, { scopes: ['WRITE'], actor: 'ada' });
  const byToken = await submitBatch(user, [picture()], { taskId: own.ids.task });
  const byKey = await submitBatch(own.user, [picture()], { taskId: own.ids.task });
  const single = await recognize(user, { taskId: own.ids.task, image: picture(), waitSeconds: 0 });
  const { rerunAnalyses } = await user.run(
    /* GraphQL */ `mutation ($ids: [ID!]!) {
      rerunAnalyses(input: { target: { ids: $ids } }) { ... on SubmitBatchPayload { items { analysis { id } } } } }`,
    { ids: byKey.ids },
  );
  const ids = [...byToken.ids, ...byKey.ids, single.analysis.id, rerunAnalyses.items[0].analysis.id];
  const { nodes } = await own.user.run('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Analysis { actor } } }', {
    ids,
  });
  expect(nodes.map(({ actor }: Data) => actor)).toEqual(['ada', null, 'ada', 'ada']);
});

test('a READ token submits nothing', async () => {
  const { user } = await createToken(world.own.user, { taskIds: [world.own.ids.task] });
  const query = 'mutation ($input: SubmitBatchInput!) { submitBatch(input: $input) { __typename } }';
  expect(await user.fail(query, { input: { taskId: world.own.ids.task, images: [picture()] } })).toMatchObject({
    code: 'FORBIDDEN',
  });
});
