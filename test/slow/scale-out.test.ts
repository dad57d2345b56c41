import { onTestFinished, test } from 'vitest';
import { startS3Server } from '../support/s3-server.ts';
import { expectToHold, startCluster } from './support/cluster.ts';

test('two apis and two workers share a database and a directory: what one begins the others finish', async () => {
  await expectToHold(await startCluster(1, async () => ({})));
});

test('two machines share a database and a bucket, and no disk: what one begins the other finishes', async () => {
  const s3 = await startS3Server();
  onTestFinished(s3.close);
  await expectToHold(await startCluster(2, async () => s3.env));
});
