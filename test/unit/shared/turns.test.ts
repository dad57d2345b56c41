import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from '../../../src/shared/turns.ts';

function workFor(ms: number): void {
  const endsAtMs = performance.now() + ms;
  while (performance.now() < endsAtMs);
}

test('work is done in the order of arrival, each with all that follows from it in promises', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const work = async (name: string) => {
    await turns.wait();
    done.push(`${name} begins`);
    for (let step = 0; step < 20; step += 1) await null;
    done.push(`${name} ends`);
  };
  await Promise.all([work('a'), work('b'), work('c')]);
  expect(done).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('the event loop goes on after a few pieces of work, and the rest follows', async () => {
  const turns = new Turns();
  let done = 0;
  let rounds = 0;
  const all = Array.from({ length: 50 }, async () => {
    await turns.wait();
    workFor(2);
    done += 1;
  });
  while (done < all.length) {
    await setImmediate();
    rounds += 1;
  }
  await Promise.all(all);
  // 100 ms of work, in slices of 5 ms.
  expect(rounds).toBeGreaterThan(10);
});

test('work that arrives in the same round of the event loop gets no slice of its own', async () => {
  const turns = new Turns();
  let done = 0;
  const arrive = () =>
    turns.take(() => {
      workFor(2);
      done += 1;
    });
  // Each as soon as the ones before it are done, as from sockets that are read one after the other.
  for (let count = 0; count < 20; count += 1) {
    arrive();
    await new Promise<void>((resolve) => process.nextTick(resolve));
  }
  expect(done).toBeLessThan(10);
  while (done < 20) await setImmediate();
});
