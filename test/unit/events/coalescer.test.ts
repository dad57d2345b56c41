import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Coalescer } from '../../../src/events/coalescer.ts';

describe('coalescer', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('acts at once, then once at the end of each window in which it was asked', () => {
    const action = vi.fn();
    const coalescer = new Coalescer(25, action);
    for (let n = 0; n < 100; n++) coalescer.request();
    expect(action).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(25);
    expect(action).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1_000);
    expect(action).toHaveBeenCalledTimes(2);
    coalescer.request();
    expect(action).toHaveBeenCalledTimes(3);
    coalescer.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does what is pending when it closes, and nothing after', () => {
    const action = vi.fn();
    const coalescer = new Coalescer(25, action);
    coalescer.request();
    coalescer.request();
    coalescer.close();
    coalescer.request();
    expect(action).toHaveBeenCalledTimes(2);
  });
});
