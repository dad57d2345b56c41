import { describe, expect, test } from 'vitest';
import { Semaphore } from '../../../src/shared/semaphore.ts';

describe('a semaphore', () => {
  test('lets work wait in its order until enough is free, and lets what is heavier than everything run alone', async () => {
    const budget = new Semaphore(100);
    const order: string[] = [];
    const first = await budget.acquire(60);
    const second = budget.acquire(500).then((release) => {
      order.push('huge');
      return release;
    });
    const third = budget.acquire(10).then((release) => {
      order.push('small');
      return release;
    });
    await Promise.resolve();
    expect(order).toEqual([]);
    first();
    (await second)();
    (await third)();
    expect(order).toEqual(['huge', 'small']);
    expect(budget.idle).toBe(true);
  });

  test('hands a slot on to who waits, not to who comes at that moment; an error frees it as well', async () => {
    const slot = new Semaphore(1);
    const order: string[] = [];
    const broken = slot.run(() => Promise.reject(new Error('broken')));
    const waiting = slot.run(async () => void order.push('waited'));
    await expect(broken).rejects.toThrow('broken');
    const late = slot.run(async () => void order.push('came later'));
    await Promise.all([waiting, late]);
    expect(order).toEqual(['waited', 'came later']);
    expect(slot.idle).toBe(true);
  });
});
