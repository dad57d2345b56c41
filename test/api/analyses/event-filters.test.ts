import { afterAll, beforeAll, expect, test } from 'vitest';
import { endAnalysis } from '../../support/ended-analyses.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';

/** An analysis each: its submission, RUNNING, and its end. */
let sightline: TestSightline;
let user: User;
let ids: string[];
let images: string[];
let before: string;

beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  const taskId = await createTask(user);
  ({ eventCursor: before } = await user.run('{ eventCursor }'));
  const base64 = await pictureBase64();
  const submitted = await submitBatch(
    user,
    ['a', 'b', 'c'].map((externalId) => ({
      source: { base64 },
      externalId,
      placeId: 'shop',
      visitId: `visit-${externalId}`,
    })),
    { taskId },
  );
  ids = submitted.ids;
  images = submitted.analyses.map(({ image }) => image.id);
  const { db } = sightline.database;
  await endAnalysis(db, ids[0]!, { detections: [{ confidence: 0.9 }, { confidence: 0.5 }] });
  await endAnalysis(db, ids[1]!, { detections: [{ confidence: 0.6 }] });
  await endAnalysis(db, ids[2]!, { failure: 'INTERNAL' });
});
afterAll(async () => {
  await user.close();
  await sightline.close();
});

const text = `subscription ($filter: AnalysisEventFilter!, $after: String) {
  analysisEvents(filter: $filter, after: $after) { ... on AnalysisStatusChanged { analysisId status } } }`;

/** What happened, for a stream that completes since it names its analyses. */
async function events(filter: Record<string, unknown>, after: string | null = before): Promise<string[]> {
  const all = await user.collect(text, { filter: { ids, ...filter }, after });
  return all.map(({ analysisId, status }) => `${ids.indexOf(analysisId)} ${status}`);
}

const whole = (index: number, end: string) => [`${index} QUEUED`, `${index} RUNNING`, `${index} ${end}`];

test('by image, externalId, placeId and visitId deliver every change of what matches', async () => {
  expect(await events({ imageId: images[1] })).toEqual(whole(1, 'SUCCEEDED'));
  expect(await events({ externalId: 'c' })).toEqual(whole(2, 'FAILED'));
  expect(await events({ placeId: 'shop', imageId: images[0], externalId: 'a' })).toEqual(whole(0, 'SUCCEEDED'));
  expect(await events({ placeId: 'shop', imageId: images[0], externalId: 'b' })).toEqual([]);
  expect(await events({ visitId: 'visit-b' })).toEqual(whole(1, 'SUCCEEDED'));
});

test('by confidence deliver the ends that have it', async () => {
  expect(await events({ minConfidence: 0.7 })).toEqual(['0 SUCCEEDED']);
  expect(await events({ minConfidence: 0.6 })).toEqual(['0 SUCCEEDED', '1 SUCCEEDED']);
  expect(await events({ minConfidence: 0 })).toEqual(['0 SUCCEEDED', '1 SUCCEEDED']);
});

test('also narrow the states that a stream begins with', async () => {
  expect(await events({ imageId: images[2] }, null)).toEqual(['2 FAILED']);
  expect(await events({ externalId: 'b' }, null)).toEqual(['1 SUCCEEDED']);
  expect(await events({ minConfidence: 0.7 }, null)).toEqual(['0 SUCCEEDED']);
});

test('an imageId that is none is an error, since it would match nothing for ever', async () => {
  const variables = { filter: { imageId: 'none' }, after: before };
  await expect(user.collect(text, variables)).rejects.toThrow(
    '\\"none\\" in imageId is not an id of the expected kind.',
  );
});
