import { connect } from '../../src/cli/client.ts';
import { newSecret } from '../../src/organizations/key-secret.ts';
import { makeDataDir } from './data-dir.ts';
import { findFreePort } from './free-port.ts';
import { submitLongBatch } from './long-batch.ts';
import { followResuming, type StatusEvent } from './resuming-stream.ts';
import type { Bench } from './run-bench.ts';
import { prepareShelfTask } from './shelf-task.ts';
import { startProcess } from './sightline-process.ts';

/** Long enough that the kill comes in the middle, short enough to end. */
const pictureCount = 40;
const endedBeforeKill = 5;

/**
 * kill -9 of `start` in the middle of a batch, restarted at once: seconds from the kill until a client that resumes by
 * itself is told of the first analysis that has SUCCEEDED since.
 */
export async function measureRestart({ started, say }: Bench): Promise<number> {
  const apiKey = newSecret();
  const env = {
    DATA_DIR: await makeDataDir(started),
    BOOTSTRAP_API_KEY: apiKey,
    PORT: String(await findFreePort()),
  };
  const { url, stop } = await startProcess(started, 'start', env);
  const client = connect(url, apiKey, new AbortController().signal);
  const taskId = await prepareShelfTask(client);
  const batch = await submitLongBatch(client, taskId, pictureCount);
  await client.close();
  const events = followResuming({ url, apiKey }, batch);
  for (let succeeded = 0; succeeded < endedBeforeKill; )
    if ((await nextEvent(events)).status === 'SUCCEEDED') succeeded++;
  const killedAt = Date.now();
  await stop('SIGKILL');
  const restarted = startProcess(started, 'start', env);
  // Events may come before the restarted server says that its engines are ready; a restart that fails ends the wait.
  const [arrivedAt] = await Promise.all([findRecovered(events, killedAt), restarted]);
  await events.return(undefined);
  const seconds = (arrivedAt - killedAt) / 1000;
  say(`restart: first new SUCCEEDED ${seconds.toFixed(2)} s after the kill`);
  return seconds;
}

/** When the first analysis was reported that SUCCEEDED after the kill; what was committed before it is no recovery. */
async function findRecovered(events: AsyncGenerator<StatusEvent>, killedAt: number): Promise<number> {
  for (;;) {
    const { status, at, arrivedAt } = await nextEvent(events);
    if (status === 'SUCCEEDED' && at > killedAt) return arrivedAt;
  }
}

async function nextEvent(events: AsyncGenerator<StatusEvent>): Promise<StatusEvent> {
  const { done, value } = await events.next();
  if (done) throw new Error('The batch ended before anything was recovered.');
  return value;
}
