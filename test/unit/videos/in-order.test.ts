import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inOrder } from '../../../workers/videos/in-order.ts';

async function* numbers(count: number, taken: number[]): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) {
    taken.push(number);
    yield number;
  }
}

test('results come in the order of the items, whichever is done first', async () => {
  const waits = [3, 1, 2, 0, 1];
  const work = async (item: number) => {
    for (let round = 0; round < waits[item]!; round++) await turn();
    return item * 10;
  };
  const results: number[] = [];
  for await (const result of inOrder(numbers(5, []), work, 3)) results.push(result);
  expect(results).toEqual([0, 10, 20, 30, 40]);
});

test('a slow reader stops the producer after a few items, but while it has one, all others are worked on', async () => {
  const taken: number[] = [];
  const results = inOrder(numbers(100, taken), async (item) => item, 3);
  await results.next();
  for (let round = 0; round < 10; round++) await turn();
  // It has the first, and three are worked on.
  expect(taken).toEqual([0, 1, 2, 3]);
  await results.return();
});

test('the error of an item ends it after the results before, and the producer with it', async () => {
  const taken: number[] = [];
  const work = async (item: number) => {
    if (item === 1) throw new Error('broken');
    return item;
  };
  const results: number[] = [];
  const read = async () => {
    for await (const result of inOrder(numbers(100, taken), work, 2)) results.push(result);
  };
  await expect(read()).rejects.toThrow('broken');
  expect(results).toEqual([0]);
  expect(taken).toEqual([0, 1, 2]);
});
