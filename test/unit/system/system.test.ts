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
  work.finish(2_000, true);
  work.begin(2_000);
  expect(work.busyShare(3_000)).toBeCloseTo(0.2);
  work.finish(4_000, true);
  work.rest(4_000);
  expect(work.busyShare(10_000)).toBeCloseTo(0.3);
  expect(work.busyShare(12_000)).toBeCloseTo(0.2);
  expect(work.busyShare(14_000)).toBe(0);
  expect(work.pictures(300_000)).toEqual({ pictures: 2, picturesMs: 3_000 });
  work.begin(320_000);
  work.finish(320_500, true);
  expect(work.pictures(320_500)).toEqual({ pictures: 1, picturesMs: 500 });
  expect(work.busyShare(340_000)).toBe(1);
});

test('the speed of an engine counts whatever it finished within the last ten seconds', () => {
  const work = new WorkMeter();
  for (const time of [0, 1_000, 9_000, 10_500]) work.finish(time, time === 0);
  expect(work.perSecond(10_500)).toBeCloseTo(0.3);
  expect(work.perSecond(60_000)).toBe(0);
});
