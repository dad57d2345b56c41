import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Together } from '../../../src/shared/together.ts';

/** Calls that are answered when the test says so. */
function startHeld(given: { atOnce?: number; most?: number; concernsAll?: boolean } = {}) {
  const calls: { numbers: readonly number[]; answer: PromiseWithResolvers<string[]> }[] = [];
  const together = new Together<number, string>({
    answer(numbers) {
      const answer = Promise.withResolvers<string[]>();
      calls.push({ numbers, answer });
      return answer.promise;
    },
    concernsAll: () => given.concernsAll ?? false,
    atOnce: given.atOnce ?? 1,
    most: given.most ?? 3,
  });
  const succeed = (index: number) => calls[index]!.answer.resolve(calls[index]!.numbers.map((number) => `#${number}`));
  return { together, calls, succeed };
}

describe('requests that are answered together', () => {
  test('the first is answered at once, those that come meanwhile in a few calls', async () => {
    const { together, calls, succeed } = startHeld();
    const asked = [1, 2, 3, 4, 5].map((number) => together.ask(number));
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1]]);
    for (const index of [0, 1, 2]) {
      succeed(index);
      await setImmediate();
    }
    expect(calls.map(({ numbers }) => numbers)).toEqual([[1], [2, 3, 4], [5]]);
    expect(await Promise.all(asked)).toEqual(['#1', '#2', '#3', '#4', '#5']);
  });

  test('no more calls run at a time than allowed', async () => {
    const { together, calls, succeed } = startHeld({ atOnce: 2, most: 1 });
    const asked = [1, 2, 3].map((number) => together.ask(number));
    expect(calls).toHaveLength(2);
    succeed(1);
    expect(await asked[1]).toBe('#2');
    await setImmediate();
    expect(calls).toHaveLength(3);
    succeed(0);
    succeed(2);
    await Promise.all(asked);
  });

  test('an error of one does not become an error of the others', async () => {
    const together = new Together<number, string>({
      answer: async (numbers) =>
        numbers.map((number) => {
          if (number === 3) throw new Error('three');
          return `#${number}`;
        }),
      concernsAll: () => false,
      atOnce: 1,
      most: 10,
    });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((number) => together.ask(number)));
    expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual([
      '#1',
      '#2',
      'three',
      '#4',
    ]);
  });

  test('an error that concerns all is reported to all, and later requests are tried', async () => {
    const { together, calls, succeed } = startHeld({ concernsAll: true });
    const asked = Promise.allSettled([1, 2, 3].map((number) => together.ask(number)));
    succeed(0);
    await setImmediate();
    calls[1]!.answer.reject(new Error('unreachable'));
    expect((await asked).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const later = together.ask(4);
    await setImmediate();
    succeed(2);
    expect(await later).toBe('#4');
  });
});
