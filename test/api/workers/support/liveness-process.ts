/**
 * A worker without work: it holds its lock on the database that is its argument and sends one heartbeat under the id that is its second one.
 * Says so, and waits to be killed.
 */
import { beat } from '../../../../src/analyses/worker-processes.repository.ts';
import { LivenessLock } from '../../../../src/database/liveness-lock.ts';
import { createDatabase } from '../../../../src/database/pool.ts';
import { createHints } from '../../../../src/events/hints.ts';
import { createLogger } from '../../../../src/log.ts';

const [url, id] = process.argv.slice(2) as [string, string];
const { db } = createDatabase({ url, maxConnections: 1 });
const liveness = new LivenessLock();
await createHints({
  db,
  listenUrl: url,
  session: liveness,
  logger: createLogger({ level: 'silent', format: 'json' }),
}).start();
await beat(
  db,
  { id, poolIds: [], dataDirId: null, livenessKey: liveness.key, host: 'test', pid: process.pid, version: '0' },
  [],
);
process.send!('ready');
