import { expect, test } from 'vitest';
import { OrderCounter } from '../../../src/picture-orders/order-counter.ts';

test('one organisation leaves room for others, and all of them together for the process', () => {
  const counter = new OrderCounter();
  for (const organization of ['a', 'b', 'c', 'd'])
    for (let count = 0; count < 100; count += 1) {
      expect(counter.isFull(organization)).toBeNull();
      counter.add(organization);
    }
  expect(['a', 'e'].map((organization) => counter.isFull(organization))).toEqual(['organization full', 'process full']);
  counter.remove('a');
  expect(['a', 'b', 'e'].map((organization) => counter.isFull(organization))).toEqual([
    null,
    'organization full',
    null,
  ]);
});
