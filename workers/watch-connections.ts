import {
  asLeader,
  declareDisconnectedDead,
  findDisconnected,
  type RecoveredWork,
} from '../src/analyses/worker-processes.repository.ts';
import type { LivenessLock } from '../src/database/liveness-lock.ts';
import type { WorkerResources } from './resources.ts';
import { Suspects } from './suspects.ts';

/**
 * Looks for workers whose connection has ended, and declares dead those that do not come back.
 * @returns one check; call it once a second. It resolves with the work of those that it declared dead; null: none.
 */
export function watchConnections({ db }: Pick<WorkerResources, 'db'>, liveness: LivenessLock) {
  const suspects = new Suspects();
  return async (): Promise<RecoveredWork | null> => {
    const ownKey = liveness.key;
    if (ownKey === null) return null;
    const disconnected = await findDisconnected(db);
    if (disconnected.some(({ livenessKey }) => livenessKey === ownKey)) liveness.lost(ownKey);
    const dead = suspects.afterCheck(liveness.key, disconnected);
    if (dead.length === 0) return null;
    return asLeader(db, (trx) => declareDisconnectedDead(trx, dead));
  };
}
