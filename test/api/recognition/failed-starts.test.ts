import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { type Role, type Sightline, startSightline } from '../../../src/server.ts';
import { createTestDatabase } from '../../support/database.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline } from '../../support/sightline.ts';
import { createUser } from '../../support/user.ts';

function start(role: Role, env: Record<string, string>): Promise<Sightline> {
  return startSightline(loadConfig(env), role, createLogger({ level: 'silent', format: 'json' }));
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sightline-failed-start-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('a start that fails', () => {
  test('for a model that cannot be loaded takes none of the work that waits', async () => {
    const sightline = await startTestSightline();
    onTestFinished(() => sightline.close());
    const user = createUser(sightline);
    const source = { base64: await pictureBase64() };
    await submitBatch(user, [{ source }, { source }], { taskId: await createTask(user) });
    const damaged = await makeFolder();
    await cp(inject('pinnedModels'), damaged, { recursive: true, dereference: true });
    await appendFile(path.join(damaged, 'product-detector', '3', 'product-detector.int8.onnx'), 'x');

    const env = { DATABASE_URL: sightline.database.url, DATA_DIR: sightline.dataDir, ENGINES: '1' };
    await expect(start('worker', { ...env, MODELS_DIR: damaged })).rejects.toThrow('has the checksum');

    const analyses = sightline.database.db.selectFrom('analysis').select(['status', 'attempt', 'lease_worker_id']);
    const waiting = { status: 'QUEUED', attempt: 0, lease_worker_id: null };
    expect(await analyses.execute()).toEqual([waiting, waiting]);
  });

  test('leaves the first key to the start that can show it', async () => {
    const database = await createTestDatabase();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      taken.close();
      await database.drop();
    });
    const env = { DATABASE_URL: database.url, DATA_DIR: await makeFolder() };
    const { port } = taken.address() as { port: number };
    await expect(start('api', { ...env, PORT: String(port) })).rejects.toThrow('Another program listens on port');

    const sightline = await start('api', { ...env, PORT: '0' });
    onTestFinished(() => sightline.close(0));
    expect(sightline.firstApiKey).toMatch(/^sl_/);
  });
});
