import { describe, expect, test } from 'vitest';
import {
  type BatchCounts,
  batchStatus,
  countStatuses,
  endedCount,
  etaSeconds,
} from '../../../src/analyses/batch-status.ts';

function counts(given: Partial<BatchCounts>): BatchCounts {
  return { total: 4, completed: 0, failed: 0, canceled: 0, expired: 0, ...given };
}

describe('the status of a batch follows from its counters', () => {
  test.each([
    [counts({}), 0, 'PROCESSING'],
    [counts({ completed: 1 }), 1, 'PARTIAL'],
    [counts({ failed: 1 }), 1, 'PARTIAL'],
    [counts({ canceled: 3 }), 3, 'PARTIAL'],
    [counts({ expired: 3 }), 3, 'PARTIAL'],
    [counts({ completed: 4 }), 4, 'COMPLETED'],
    [counts({ failed: 4 }), 4, 'COMPLETED'],
    [counts({ completed: 1, failed: 1, canceled: 1, expired: 1 }), 4, 'COMPLETED'],
  ] as const)('%o: %i have ended, so it is %s', (given, ended, status) => {
    expect(endedCount(given)).toBe(ended);
    expect(batchStatus(given)).toBe(status);
  });
});

test('counters follow from the statuses of the analyses', () => {
  expect(countStatuses(['QUEUED', 'SUCCEEDED', 'RUNNING', 'FAILED', 'SUCCEEDED', 'EXPIRED', 'CANCELED'])).toEqual({
    total: 7,
    completed: 2,
    failed: 1,
    canceled: 1,
    expired: 1,
  });
  expect(countStatuses(['AWAITING_UPLOAD'])).toEqual({ total: 1, completed: 0, failed: 0, canceled: 0, expired: 0 });
});

describe('the time left', () => {
  test('goes on at the pace so far, whatever the ends were', () => {
    expect(etaSeconds(counts({ completed: 1 }), 10, 10)).toBe(30);
    expect(etaSeconds(counts({ completed: 1, failed: 1, canceled: 1 }), 6, 6)).toBe(2);
    // While nothing ends it falls, and never below nothing.
    expect(etaSeconds(counts({ completed: 1 }), 10, 25)).toBe(15);
    expect(etaSeconds(counts({ completed: 1 }), 10, 100)).toBe(0);
  });

  test('is not told before there is a pace, nor when nothing is left', () => {
    expect(etaSeconds(counts({}), 10, 10)).toBeNull();
    expect(etaSeconds(counts({ completed: 4 }), 10, 10)).toBeNull();
  });
});
