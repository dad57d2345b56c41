import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picture, pictureBase64 } from '../../support/pictures.ts';
import { createItem, createTask, failures, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { createPlanogram, judge, shelfOf, sideBySide } from '../planograms/client.ts';
import { createUpload, send } from '../uploads/client.ts';

/** What was photographed at a place, and which places have alerts. */
let sightline: TestSightline;
let user: User;
let taskId: string;
let tea: string;
let oats: string;
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  taskId = await createTask(user, { alertRules: { itemMissing: true } });
  const base64 = await pictureBase64();
  const createNamed = async (customId: string) => (await createItem(user, { customId, thumbnail: { base64 } })).id;
  tea = await createNamed('tea');
  await createNamed('jam');
  oats = await createNamed('oats');
  await createPlanogram(user, { taskId, content: shelfOf('tea', 'jam', 'oats') });
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const timelineQuery = /* GraphQL */ `
  query ($place: String!, $first: Int, $after: String, $filter: PlaceTimelineFilter) {
    places(filter: { ids: [$place] }) {
      nodes {
        timeline(first: $first, after: $after, filter: $filter) {
          totalCount
          pageInfo { hasNextPage endCursor }
          nodes { firstTakenAt lastTakenAt pictureCount visit { visitId } latestAnalyses { id } }
        }
      }
    }
  }
`;

async function timelineOf(place: string, variables: Data = {}): Promise<Data> {
  return (await user.run(timelineQuery, { place, ...variables })).places.nodes[0].timeline;
}

/** A picture on which no jam stands between tea and oats. */
const photograph = (image: { placeId: string; recordedAt?: string; visitId?: string; taskId?: string }) =>
  judge(sightline, user, { taskId, ...image }, sideBySide(tea, oats));

const onDay = (day: number, hour = 9) => new Date(Date.UTC(2026, 2, day, hour)).toISOString();

describe('the timeline of a place', () => {
  const placeId = 'shop/7';
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    // Submitted in another order than they were taken.
    ids.late = await photograph({ placeId, recordedAt: onDay(20) });
    ids.second = await photograph({ placeId, recordedAt: onDay(10, 11), visitId: 'tuesday' });
    ids.first = await photograph({ placeId, recordedAt: onDay(10, 9), visitId: 'tuesday' });
    ids.early = await photograph({ placeId, recordedAt: onDay(5) });
    await photograph({ placeId: 'elsewhere', recordedAt: onDay(6) });
  });

  test('has visits and single pictures in the order of when they were taken', async () => {
    const { totalCount, nodes } = await timelineOf(placeId);
    expect(totalCount).toBe(3);
    const alone = (id: string | undefined, at: string) => ({
      ...{ firstTakenAt: at, lastTakenAt: at, pictureCount: 1, visit: null, latestAnalyses: [{ id }] },
    });
    expect(nodes).toEqual([
      alone(ids.late, onDay(20)),
      {
        ...{ firstTakenAt: onDay(10, 9), lastTakenAt: onDay(10, 11), pictureCount: 2, visit: { visitId: 'tuesday' } },
        latestAnalyses: [{ id: ids.second }, { id: ids.first }],
      },
      alone(ids.early, onDay(5)),
    ]);
  });

  test('comes page by page, and by time, visit and task', async () => {
    const seen: number[] = [];
    for (let after = null, hasNextPage = true; hasNextPage; ) {
      const { nodes, pageInfo } = await timelineOf(placeId, { first: 1, after });
      seen.push(...nodes.map(({ pictureCount }: Data) => pictureCount));
      ({ hasNextPage, endCursor: after } = pageInfo);
    }
    expect(seen).toEqual([1, 2, 1]);
    const between = await timelineOf(placeId, { filter: { takenAt: { from: onDay(10, 10), to: onDay(20) } } });
    expect(between).toMatchObject({
      totalCount: 1,
      nodes: [{ pictureCount: 1, latestAnalyses: [{ id: ids.second }] }],
    });
    const ofVisit = await timelineOf(placeId, { filter: { visitIds: ['tuesday', 'unknown'] } });
    expect(ofVisit).toMatchObject({ totalCount: 1, nodes: [{ pictureCount: 2, visit: { visitId: 'tuesday' } }] });
    const otherTask = await createTask(user);
    expect(await timelineOf(placeId, { filter: { taskId: otherTask } })).toMatchObject({ totalCount: 0, nodes: [] });
    expect(await timelineOf(placeId, { filter: { taskId } })).toMatchObject({ totalCount: 3 });
  });

  test('has the latest run of a picture that was rerun', async () => {
    const rerun = `mutation ($ids: [ID!]!) {
      rerunAnalyses(input: { target: { ids: $ids } }) { __typename ...Failures ... on SubmitBatchPayload { items { analysis { id } } } } } ${failures}`;
    const place = 'run again';
    const id = await photograph({ placeId: place, recordedAt: onDay(1) });
    const { rerunAnalyses } = await user.run(rerun, { ids: [id] });
    const again = rerunAnalyses.items[0].analysis.id;
    expect(again).not.toBe(id);
    expect(await timelineOf(place)).toMatchObject({ totalCount: 1, nodes: [{ latestAnalyses: [{ id: again }] }] });
  });

  test('follows what is known of an image, and no longer what was known of a deleted one', async () => {
    const place = 'moved';
    const moved = await photograph({ placeId: place, recordedAt: onDay(2) });
    await photograph({ placeId: place, recordedAt: onDay(3) });
    const read = `query ($id: ID!) { node(id: $id) { ... on Analysis { createdAt image { id } } } }`;
    const { createdAt, image } = (await user.run(read, { id: moved })).node;
    const { ids } = await submitBatch(user, [{ source: { imageId: image.id }, placeId: place, visitId: 'later' }], {
      taskId,
    });
    const times = async () =>
      (await timelineOf(place)).nodes.map(({ lastTakenAt, visit, latestAnalyses }: Data) => [
        lastTakenAt,
        visit?.visitId ?? latestAnalyses[0].id === moved,
      ]);
    expect(await times()).toEqual([
      [onDay(3), false],
      [onDay(2), 'later'],
      [onDay(2), true],
    ]);
    const update = `mutation ($input: UpdateImageInput!) { updateImage(input: $input) { __typename } }`;
    await user.run(update, { input: { id: image.id, recordedAt: onDay(4) } });
    expect(await times()).toEqual([
      [onDay(4), 'later'],
      [onDay(4), true],
      [onDay(3), false],
    ]);
    await user.run(update, { input: { id: image.id, recordedAt: null } });
    const again = (await user.run(read, { id: ids[0] })).node.createdAt;
    const submitted = [
      [again, 'later'],
      [createdAt, true],
      [onDay(3), false],
    ];
    expect(await times()).toEqual(submitted);
    await user.run(update, { input: { id: image.id, recordedAt: onDay(1) } });
    expect((await times())[0]).toEqual([onDay(3), false]);
    await user.run(`mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { __typename } }`, { ids: [image.id] });
    expect(await times()).toEqual(submitted);
  });

  test('has the time of a picture that arrives after it was submitted', async () => {
    const place = 'awaited';
    const upload = await createUpload(user);
    await submitBatch(user, [{ source: { uploadId: upload.id }, placeId: place }], { taskId });
    await photograph({ placeId: place, recordedAt: onDay(1) });
    await send(upload, await picture({ colour: '#654321', taken: '2024:05:06 07:08:09' }));
    expect((await timelineOf(place)).nodes.map(({ lastTakenAt }: Data) => lastTakenAt)).toEqual([
      onDay(1),
      '2024-05-06T07:08:09.000Z',
    ]);
  });
});

const placesQuery = /* GraphQL */ `
  query ($filter: PlaceFilter) { places(filter: $filter) { totalCount nodes { id raisedAlertCount } } }
`;

test('places are found by a part of their id and by their alerts, and say how many are raised', async () => {
  await photograph({ placeId: 'Café Süd' });
  await judge(sightline, user, { taskId: await createTask(user), placeId: 'Café Nord' }, []);
  const listed = async (filter: Data, by = user) => {
    const { places } = await by.run(placesQuery, { filter });
    expect(places.totalCount).toBe(places.nodes.length);
    return places.nodes;
  };
  const [nord, süd] = [
    { id: 'Café Nord', raisedAlertCount: 0 },
    { id: 'Café Süd', raisedAlertCount: 1 },
  ];
  // As a client may send it: the letter and its accent apart.
  expect(await listed({ text: 'CAFÉ'.normalize('NFD') })).toEqual([nord, süd]);
  expect(await listed({ text: '%' })).toEqual([]);
  expect(await listed({ text: 'café', hasRaisedAlerts: true })).toEqual([süd]);
  expect(await listed({ text: 'café', hasRaisedAlerts: false })).toEqual([nord]);

  const otherTask = await createTask(user);
  await judge(sightline, user, { taskId: otherTask, placeId: 'Café Süd' }, []);
  const { createSessionToken } = await user.run(
    `mutation ($input: CreateSessionTokenInput!) { createSessionToken(input: $input) { ... on CreateSessionTokenPayload { secret } } }`,
    { input: { scopes: ['READ'], expiresInSeconds: 600, taskIds: [otherTask] } },
  );
  const narrowed = createUser({ url: sightline.url, apiKey: createSessionToken.secret });
  expect(await listed({ text: 'café' }, narrowed)).toEqual([{ id: 'Café Süd', raisedAlertCount: 0 }]);
  expect(await listed({ hasRaisedAlerts: true }, narrowed)).toEqual([]);
  // Of the pictures of the place, those of its task.
  const { places } = await narrowed.run(timelineQuery, { place: 'Café Süd' });
  expect(places.nodes[0].timeline).toMatchObject({ totalCount: 1, nodes: [{ pictureCount: 1 }] });
  await narrowed.close();
});
