import { expect, test } from 'vitest';
import { Latest } from '../../../src/system/latest.ts';
import { WorkMeter } from '../../../workers/engines/pool/work-meter.ts';

test('of states that were not taken only the latest is kept', async () => {
  let left = 0;
  const states = new Latest<number>(() => {
    left += 1;
  });
  states.set(1);
  states.set(2);
  expect(await states.next()).toEqual({ done: false, value: 2 });
  const next = states.next();
  states.set(3);
  expect(await next).toEqual({ done: false, value: 3 });
  await states.return();
  await states.return();
  expect(left).toBe(1);
  states.set(4);
  expect(await states.next()).toEqual({ done: true, value: undefined });
});

test('an engine knows its busy share of ten seconds and its pictures of five minutes', () => {
  const work = new WorkMeter();
  expect(work.busyShare(0)).toBe(0);
  work.begin(1_000);
  work.finishPicture(2_000);
  work.begin(2_000);
  expect(work.busyShare(3_000)).toBeCloseTo(0.2);
  work.finishPicture(4_000);
  work.rest(4_000);
  expect(work.busyShare(10_000)).toBeCloseTo(0.3);
  expect(work.busyShare(12_000)).toBeCloseTo(0.2);
  expect(work.busyShare(14_000)).toBe(0);
  expect(work.pictures(300_000)).toEqual({ pictures: 2, picturesMs: 3_000 });
  work.begin(320_000);
  work.finishPicture(320_500);
  expect(work.pictures(320_500)).toEqual({ pictures: 1, picturesMs: 500 });
  expect(work.busyShare(340_000)).toBe(1);
});
