import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { cases } from '../tenancy/cases.ts';
import type { Kind } from '../tenancy/world.ts';
import { idKinds } from '../tenancy/world.ts';
import { type NarrowedWorld, startNarrowedWorld } from './narrowed-world.ts';

/** To a limited token an id that it does not see is one of nothing, wherever it can be put. */
let world: NarrowedWorld;
beforeAll(async () => {
  world = await startNarrowedWorld();
});
afterAll(() => world?.close());

const openRoots = [
  'Query.analyses',
  'Query.analysisStats',
  'Query.batches',
  'Query.corrections',
  'Query.images',
  'Query.tasks',
  'Query.videos',
  'Query.videoAnalyses',
  'Query.node',
  'Query.nodes',
];
const below = ['Task.', 'Batch.', 'Image.', 'Analysis.', 'Video.', 'VideoAnalysis.'];
const streams = [
  'Subscription.analysisEvents',
  'Subscription.batchEvents',
  'Subscription.imageEvents',
  'Subscription.videoEvents',
];
const submissions = [
  'Mutation.submitBatch',
  'Mutation.recognizeImage',
  'Mutation.analyzeVideo',
  'Mutation.correctDetections',
  'Mutation.removeCorrections',
];
const starts = [...openRoots.map((name) => `${name}(`), ...below, ...streams, ...submissions];
const open = Object.entries(cases).filter(
  // What streams without an end deliver is in narrowed-streams.test.ts.
  ([place, { endless }]) => !endless && starts.some((start) => place.startsWith(start)),
);

test('there are cases', () => {
  expect(open.length).toBeGreaterThan(30);
});

describe.each(['byTask', 'byBoth'] as const)('an id that a token limited %s does not see', (token) => {
  test.each(open)('in %s is one of nothing', async (_place, { kind, ask, stream }) => {
    const { own, foreign } = world;
    const asker = { ...own, user: world[token], ...(stream && { eventCursor: foreign.eventCursor }) };
    await expectNothing(kind, (id) => ask(asker, id));
  });
});

describe('an id that a token limited byPlace does not see', () => {
  // It sees all tasks, and what they look for.
  const ofPlace = open.filter(([, { kind }]) => kind !== 'task' && kind !== 'catalogItem');
  test.each(ofPlace)('in %s is one of nothing', async (_place, { kind, ask, stream }) => {
    const { own, foreign, byPlace } = world;
    const asker = { ...own, user: byPlace, ...(stream && { eventCursor: foreign.eventCursor }) };
    await expectNothing(kind, (id) => ask(asker, id));
  });
});

async function expectNothing(kind: Kind, ask: (id: string) => Promise<unknown>): Promise<void> {
  const id = world.foreign.ids[kind];
  const nothing = encodeId(idKinds[kind], newId());
  const answer = async (asked: string) => {
    const told = await ask(asked).catch((error: Error) => error.message);
    return JSON.parse(JSON.stringify(told).replaceAll(asked, 'ID'));
  };
  expect(await answer(id)).toEqual(await answer(nothing));
}
