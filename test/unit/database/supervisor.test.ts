import { expect, onTestFinished, test } from 'vitest';
import { supervise } from '../../../src/database/embedded/supervisor.ts';

const quick = { lookEveryMs: 1, firstDelayMs: 1 };

test('starts a server again that has ended, and leaves one alone that runs', async () => {
  let isGone = false;
  let looks = 0;
  let restarts = 0;
  const supervisor = supervise(
    {
      isGone: async () => {
        looks += 1;
        return isGone;
      },
      restart: async () => {
        restarts += 1;
        isGone = false;
      },
    },
    { ...quick, onLost: (error) => expect.unreachable(error.message) },
  );
  await expect.poll(() => looks).toBeGreaterThan(3);
  expect(restarts).toBe(0);
  isGone = true;
  await expect.poll(() => restarts).toBe(1);
  const looked = looks;
  await expect.poll(() => looks).toBeGreaterThan(looked + 3);
  expect(restarts).toBe(1);
  await supervisor.stop();
  isGone = true;
  expect(restarts).toBe(1);
});

test.each([
  ['does not start', true],
  ['starts and ends', false],
])('gives up, and says so once, when the server %s six times in a row', async (_how, failsToStart) => {
  let restarts = 0;
  const { promise: lost, resolve } = Promise.withResolvers<Error>();
  const supervisor = supervise(
    {
      isGone: async () => true,
      restart: async () => {
        restarts += 1;
        if (failsToStart) throw new Error('No space left on device.');
      },
    },
    { ...quick, onLost: resolve },
  );
  expect((await lost).message).toBe(failsToStart ? 'No space left on device.' : 'It has ended 6 times in a row.');
  expect(restarts).toBe(6);
  await supervisor.stop();
});

test('gives up also when its attempts take longer than a server must run to count as healthy', async () => {
  let restarts = 0;
  const { promise: lost, resolve } = Promise.withResolvers<Error>();
  const supervisor = supervise(
    {
      isGone: async () => true,
      restart: async () => {
        restarts += 1;
        throw new Error('No space left on device.');
      },
    },
    { lookEveryMs: 1, firstDelayMs: 4, healthyAfterMs: 10, onLost: resolve },
  );
  onTestFinished(supervisor.stop);
  expect((await lost).message).toBe('No space left on device.');
  expect(restarts).toBe(6);
});
