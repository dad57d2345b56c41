import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ClaimedAnalysis } from '../../../src/analyses/claims.repository.ts';
import { HeldAnalyses } from '../../../workers/held-analyses.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;
let claimed = 0;

/** Claims as much as there is room for. @returns how much that was */
async function claim(held: HeldAnalyses): Promise<number> {
  const room = await held.reserve(100, never);
  await held.take(room, async () =>
    Array.from({ length: room }, () => ({ id: String(claimed++) }) as unknown as ClaimedAnalysis),
  );
  return room;
}

/** Ends the oldest analyses, one engine's after the other. */
function work(held: HeldAnalyses, count: number, msEach: number): void {
  for (const id of held.ids.slice(0, count)) {
    vi.advanceTimersByTime(msEach);
    held.release(id);
  }
}

test('a worker that knows nothing of its pictures claims two for each engine', async () => {
  expect(await claim(new HeldAnalyses(1))).toBe(2);
  expect(await claim(new HeldAnalyses(3))).toBe(6);
});

test.each([
  { msEach: 50, most: 8 },
  { msEach: 1_000, most: 4 },
  { msEach: 20_000, most: 2 },
])('an engine that takes $msEach ms for a picture has at most $most', async ({ msEach, most }) => {
  const held = new HeldAnalyses(1);
  for (let round = 0; round < 20; round += 1) {
    await claim(held);
    work(held, held.count, msEach);
  }
  expect(await claim(held)).toBe(most);
});

test('several engines end as many pictures in the time of one', async () => {
  const held = new HeldAnalyses(4);
  for (let round = 0; round < 20; round += 1) {
    await claim(held);
    // Always more than there are engines: each ends one in a second.
    while (held.count > 4) work(held, 1, 250);
  }
  expect(held.count + (await claim(held))).toBe(4 * 4);
});

test('time without work is not counted', async () => {
  const held = new HeldAnalyses(1);
  for (let round = 0; round < 20; round += 1) {
    await claim(held);
    work(held, held.count, 50);
    vi.advanceTimersByTime(60_000);
  }
  expect(await claim(held)).toBe(8);
});
