import { expect, test } from 'vitest';
import type { Disconnected } from '../../../src/analyses/worker-processes.repository.ts';
import { Suspects } from '../../../workers/suspects.ts';

const own = '1';
const other = (change: Partial<Disconnected> = {}): Disconnected => ({
  id: 'b',
  livenessKey: '2',
  heartbeatAt: '2026-11-29 12:00:00.000001+00',
  ...change,
});

/** One that has held its own lock for long enough. */
function settled(): Suspects {
  const suspects = new Suspects();
  for (let check = 1; check <= 5; check++) suspects.afterCheck(own, []);
  return suspects;
}

/** How many are dead after each of these checks. */
function judge(suspects: Suspects, checks: readonly (readonly Disconnected[])[], key: string | null = own): number[] {
  return checks.map((found) => suspects.afterCheck(key, found).length);
}

test('a worker whose lock is free is dead at the third check, and until it is gone', () => {
  expect(judge(settled(), [[other()], [other()], [other()], [other()], []])).toEqual([0, 0, 1, 1, 0]);
});

test('a worker that gives a sign of life is not: a heartbeat, another lock, or a check that finds its lock held', () => {
  const later = other({ heartbeatAt: '2026-11-29 12:00:00.000002+00' });
  expect(judge(settled(), [[other()], [other()], [later], [later], [later]])).toEqual([0, 0, 0, 0, 1]);
  const newLock = other({ livenessKey: '3' });
  expect(judge(settled(), [[other()], [other()], [newLock], [newLock], [newLock]])).toEqual([0, 0, 0, 0, 1]);
  expect(judge(settled(), [[other()], [other()], [], [other()], [other()], [other()]])).toEqual([0, 0, 0, 0, 0, 1]);
});

test('nobody judges who has held no lock for five checks, because the server may have cut all connections at once', () => {
  const free = [other()];
  expect(judge(new Suspects(), Array(8).fill(free))).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
  const suspects = settled();
  expect(judge(suspects, [free, free])).toEqual([0, 0]);
  expect(judge(suspects, [free, free, free], null)).toEqual([0, 0, 0]);
  expect(judge(suspects, Array(8).fill(free), '9')).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
});
