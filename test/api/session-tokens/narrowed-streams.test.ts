import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analysisEvents, batchEvents, submitBatch } from '../../support/recognition.ts';
import type { Data } from '../../support/user.ts';
import { createToken } from './client.ts';
import { foreignPlace, type NarrowedWorld, ownPlace, startNarrowedWorld } from './narrowed-world.ts';

let world: NarrowedWorld;
beforeAll(async () => {
  world = await startNarrowedWorld();
});
afterAll(() => world?.close());

const everything = { filter: {} };

/** Two analyses that the tokens must not hear of, then one that they see. @returns the id of that one */
async function submitBoth(): Promise<string> {
  const { own, foreign } = world;
  const submit = async (taskId: string, placeId: string) => {
    const image = { source: { imageId: taskId === own.ids.task ? own.ids.image : foreign.ids.image }, placeId };
    return (await submitBatch(own.user, [image], { taskId })).ids[0]!;
  };
  await submit(foreign.ids.task, foreignPlace);
  return submit(own.ids.task, ownPlace);
}

/** What the stream delivers up to the first event of the analysis. */
async function readTo(analysisId: string, events: AsyncIterator<Data>): Promise<string[]> {
  const seen: string[] = [];
  while (!seen.includes(analysisId)) seen.push((await events.next()).value.analysisId);
  await events.return?.();
  return seen;
}

describe.each(['byTask', 'byPlace', 'byBoth'] as const)('analysisEvents of a token limited %s', (token) => {
  test('delivers from the log only what it sees', async () => {
    const { own } = world;
    const last = await submitBoth();
    const after = own.eventCursor;
    const seen = await readTo(last, world[token].stream(analysisEvents, { ...everything, after }));
    const { analyses } = await world[token].run('{ analyses(first: 100) { nodes { id } } }');
    expect(new Set(seen)).toEqual(new Set(analyses.nodes.map(({ id }: Data) => id)));
    await world[token].close();
  });

  test('delivers only what it sees while it happens', async () => {
    const before = await world[token].run('{ eventCursor }');
    const events = world[token].stream(analysisEvents, { ...everything, after: before.eventCursor });
    const first = await submitBoth();
    // Live from here on: the events of the second round come through memory.
    expect((await events.next()).value.analysisId).toBe(first);
    const second = await submitBoth();
    expect(await readTo(second, events)).toEqual([second]);
    await world[token].close();
  });
});

test.each(['byTask', 'byPlace', 'byBoth'] as const)(
  'analysisEventLog of a token limited %s has the same',
  async (token) => {
    const { own } = world;
    await submitBoth();
    const query = /* GraphQL */ `
    query ($after: String) {
      analysisEventLog(filter: {}, after: $after, first: 100) {
        hasMore
        events { ... on AnalysisStatusChanged { analysisId } }
      }
      analyses(first: 100) { nodes { id } }
    }`;
    const { analysisEventLog: log, analyses } = await world[token].run(query, { after: own.eventCursor });
    expect(log.hasMore).toBe(false);
    expect(new Set(log.events.map(({ analysisId }: Data) => analysisId))).toEqual(
      new Set(analyses.nodes.map(({ id }: Data) => id)),
    );
  },
);

test('batchEvents, imageEvents and visitEvents follow what the token sees, by id', async () => {
  const { own, foreign, byBoth } = world;
  const imageEvents =
    'subscription ($ids: [ID!]) { imageEvents(ids: $ids) { ... on ImageChanged { imageId status } } }';
  const images = await byBoth.collect(imageEvents, { ids: [own.ids.image, foreign.ids.image] });
  expect(images.map(({ imageId }) => imageId)).toEqual([own.ids.image]);
  const batches = byBoth.stream(batchEvents, { batchId: own.ids.batch });
  expect((await batches.next()).value.batch).toMatchObject({ total: 2 });
  const visitEvents =
    'subscription ($ids: [ID!]) { visitEvents(filter: { ids: $ids }) { ... on VisitChanged { visitId } } }';
  const visits = byBoth.stream(visitEvents, { ids: [foreign.ids.visit, own.ids.visit] });
  expect((await visits.next()).value).toEqual({ visitId: own.ids.visit });
  await expect(byBoth.stream(visitEvents, { ids: [foreign.ids.visit] }).next()).rejects.toThrow('NOT_FOUND');
  await expect(byBoth.stream(visitEvents).next()).rejects.toThrow('FORBIDDEN');
  await byBoth.close();
});

test('a new token goes on from the last cursor of the old one: nothing is missed, nothing comes twice', async () => {
  const { own } = world;
  const limits = { taskIds: [own.ids.task], expiresInSeconds: 60 };
  const old = await createToken(own.user, limits);
  const { eventCursor } = await old.user.run('{ eventCursor }');
  const submitted: string[] = [await submitBoth(), await submitBoth(), await submitBoth()];
  const heard: string[] = [];
  let after: string = eventCursor;
  for await (const event of old.user.stream(analysisEvents, { ...everything, after })) {
    heard.push(event.analysisId);
    after = event.cursor;
    if (heard.length === 2) break;
  }
  const renewed = await createToken(own.user, limits);
  await old.user.close();
  submitted.push(await submitBoth());
  const rest = await readTo(submitted.at(-1)!, renewed.user.stream(analysisEvents, { ...everything, after }));
  expect([...heard, ...rest]).toEqual(submitted);
  await renewed.user.close();
});
