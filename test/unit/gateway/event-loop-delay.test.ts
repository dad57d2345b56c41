import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchEventLoopDelay } from '../../../src/gateway/monitoring/event-loop-delay.ts';

test('the longest time without anything else is told once', async () => {
  const { gauge, stop } = watchEventLoopDelay();
  // Its timer must have run before, so that it notices how late it is.
  await delay(50);
  const until = performance.now() + 120;
  while (performance.now() < until);
  await delay(50);
  expect(await gauge.read()).toBeGreaterThan(0.1);
  // No timer has run since.
  expect(await gauge.read()).toBe(0);
  stop();
});
