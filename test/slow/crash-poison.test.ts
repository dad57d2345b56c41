import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { picture } from '../support/pictures.ts';
import { startTestSightline } from '../support/sightline.ts';
import { startWorkerBeside } from '../support/worker-beside.ts';
import { readBatch, submitPictures } from './support/batch.ts';
import { Follower } from './support/follow.ts';
import { expectExactlyTheLog } from './support/log.ts';

test('a picture that kills every engine it meets ends FAILED with ENGINE_CRASHED, and its neighbours succeed', async () => {
  const poison = await picture({ colour: '#00ff00' });
  const harmless = await Promise.all(['#100000', '#200000', '#300000', '#400000'].map((colour) => picture({ colour })));
  const pictures = [...harmless.slice(0, 2), poison, ...harmless.slice(2)];
  const poisonSha256 = createHash('sha256').update(poison).digest('hex');

  const api = await startTestSightline();
  onTestFinished(() => api.close());
  const batch = await submitPictures(
    api,
    pictures.map((bytes) => new Blob([bytes])),
  );
  const follower = new Follower(batch);
  const { completed } = follower.follow(api);
  // Submitted before there is a worker, so that all of them are in one engine's hands together.
  await startWorkerBeside(api, {
    fork: () =>
      fork(path.join(import.meta.dirname, 'support', 'poisonable-engine.ts'), {
        serialization: 'advanced',
        execArgv: [],
        env: { POISON_SHA256: poisonSha256 },
      }),
  });
  expect(await completed).toBe(true);

  const state = await readBatch(api, batch.id);
  expect(state).toMatchObject({ status: 'COMPLETED', total: 5, completed: 4, failed: 1, processing: 0 });
  const [poisoned, ...others] = [state.analyses[2]!, ...state.analyses.filter((_, index) => index !== 2)];
  // Once in company, which does not count, and three times alone.
  expect(poisoned).toMatchObject({ status: 'FAILED', failureCode: 'ENGINE_CRASHED', attempt: 4 });
  for (const other of others) expect(other).toMatchObject({ status: 'SUCCEEDED', failureCode: null });
  // One RUNNING each, however often an engine died.
  await expectExactlyTheLog(api.database.url, batch, follower.changes);
  expect(follower.changes).toHaveLength(3 * 5);
});
