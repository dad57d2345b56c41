import { describe, expect, test } from 'vitest';
import { findEmbeddedServer } from '../../src/database/embedded-server.ts';
import { createInstallation } from '../support/process.ts';
import { readBatch, submitShelves } from './support/batch.ts';
import { Follower, inTheMiddle } from './support/follow.ts';
import { expectExactlyTheLog } from './support/log.ts';

const size = 12;

describe('kill -9 of engines in the middle of pictures', () => {
  test('costs no picture: what they had in hand is tried again, and nothing is told twice', async () => {
    const installation = await createInstallation();
    const { apiKey } = installation;
    const sightline = await installation.start();
    const server = { url: sightline.url, apiKey };
    const batch = await submitShelves(server, size);
    const follower = new Follower(batch);
    const { completed } = follower.follow(server);
    await follower.until(inTheMiddle);

    const victims = await sightline.enginePids();
    expect(victims).toHaveLength(2);
    for (const pid of victims) process.kill(pid, 'SIGKILL');
    expect(await completed).toBe(true);

    const state = await readBatch(server, batch.id);
    expect(state).toMatchObject({ status: 'COMPLETED', completed: size, failed: 0 });
    expect(state.analyses.filter(({ attempt }) => attempt > 1).length).toBeGreaterThan(0);
    expect(state.analyses.every(({ detectionCount }) => detectionCount > 0)).toBe(true);
    const databaseUrl = (await findEmbeddedServer(installation.dataDir))!.url;
    await expectExactlyTheLog(databaseUrl, batch, follower.changes);
    // An engine's death is the worker's own business: the analysis stays RUNNING.
    expect(follower.changes).toHaveLength(3 * size);

    const successors = await sightline.enginePids();
    expect(successors).toHaveLength(2);
    expect(successors.filter((pid) => victims.includes(pid))).toEqual([]);
    sightline.kill('SIGTERM');
    // `ended` waits for the engines, too.
    expect(await sightline.ended).toEqual({ exitCode: 0, signal: null });
  });
});
