import type { Disconnected } from '../src/analyses/worker-processes.repository.ts';

/**
 * Checks in a row, of one a second, that must find the lock of a worker free. A worker whose connection was cut connects again within
 * 0.2 s, and its next heartbeat names another lock; a busy machine may need longer.
 */
const checksUntilDead = 3;

/**
 * Checks that a worker must have held its own lock for before it judges others. When the server restarts or fails over, all lose their
 * connections at once, and wait for up to 3.75 s between two attempts to connect.
 */
const checksUntilJudging = 5;

/** Which workers are dead, judging by what checks found. Counts checks, not seconds: a process that was suspended has seen nothing. */
export class Suspects {
  #ownKey: string | null = null;
  #ownChecks = 0;
  #found = new Map<string, { heartbeatAt: string; checks: number }>();

  /**
   * @param ownKey of the lock of this worker; null: it holds none
   * @param disconnected what the check found
   * @returns those that are dead. They are returned again until they are gone.
   */
  afterCheck(ownKey: string | null, disconnected: readonly Disconnected[]): Disconnected[] {
    this.#ownChecks = ownKey === this.#ownKey ? this.#ownChecks + 1 : 1;
    this.#ownKey = ownKey;
    if (ownKey === null || this.#ownChecks <= checksUntilJudging) {
      this.#found.clear();
      return [];
    }
    // By key: a worker that has a new lock is another suspect.
    this.#found = new Map(
      disconnected.map(({ livenessKey, heartbeatAt }) => {
        const before = this.#found.get(livenessKey);
        return [livenessKey, { heartbeatAt, checks: before?.heartbeatAt === heartbeatAt ? before.checks + 1 : 1 }];
      }),
    );
    return disconnected.filter(({ livenessKey }) => this.#found.get(livenessKey)!.checks >= checksUntilDead);
  }
}
