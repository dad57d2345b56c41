import { describe, expect, test } from 'vitest';
import { Backoff, retrying } from '../../../src/shared/backoff.ts';

test('delays double up to the longest, and begin anew after a success', () => {
  const backoff = new Backoff({ firstMs: 100, longestMs: 350 });
  expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([100, 200, 350, 350]);
  backoff.reset();
  expect(backoff.next()).toBe(100);
});

describe('retrying', () => {
  /** Fails with these errors, then succeeds; notes what it is told. */
  function failing(...errors: string[]) {
    const told: unknown[] = [];
    const work = async () => {
      const message = errors.shift();
      if (message) throw new Error(message);
      return 'done';
    };
    const options = {
      firstMs: 1,
      longestMs: 2,
      isTemporary: (error: unknown) => (error as Error).message === 'away',
      onRetry: (error: unknown, delayMs: number) => told.push([(error as Error).message, delayMs]),
      wait: async (delayMs: number) => void told.push(delayMs),
    };
    return { told, result: retrying(work, options) };
  }

  test('goes on until the work succeeds', async () => {
    const { told, result } = failing('away', 'away', 'away');
    expect(await result).toBe('done');
    expect(told).toEqual([['away', 1], 1, ['away', 2], 2, ['away', 2], 2]);
  });

  test('throws at once what another attempt does not change', async () => {
    const { told, result } = failing('away', 'wrong');
    await expect(result).rejects.toThrow('wrong');
    expect(told).toEqual([['away', 1], 1]);
  });

  test('ends with an AbortError when it is aborted while it waits', async () => {
    const stop = new AbortController();
    const endless = retrying(() => Promise.reject(new Error('away')), {
      firstMs: 3_600_000,
      longestMs: 3_600_000,
      isTemporary: () => true,
      onRetry: () => setImmediate(() => stop.abort()),
      signal: stop.signal,
    });
    await expect(endless).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});
