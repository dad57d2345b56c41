import type { Kysely } from 'kysely';
import { evaluateResults } from '../src/alerts/evaluate-results.ts';
import { type Move, moveAnalyses } from '../src/analyses/life.repository.ts';
import { isConnectionTrouble } from '../src/database/sqlstate.ts';
import type { DB } from '../src/database/types.generated.ts';
import type { Hints } from '../src/events/hints.ts';
import { inLogOrder } from '../src/events/order.ts';
import { finishImageIndexing, type IndexedImage } from '../src/library/indexing.repository.ts';
import type { Logger } from '../src/log.ts';
import { checkShelves, insertChecked, withWarnings } from '../src/planograms/check-shelves.ts';
import { retrying } from '../src/shared/backoff.ts';

/** How long moves are collected: with one commit for all of them, there are fewer commits, and the event log lags less. */
const gatherMs = 10;
const retryDelays = { firstMs: 100, longestMs: 5_000 };

interface Wanted extends Omit<Move, 'agoMs'> {
  /** The picture's description, if it was made by the same analysis. */
  indexed?: IndexedImage | undefined;
}

interface Pending {
  move: Wanted;
  /** performance.now() when it happened. */
  at: number;
  settle(made: boolean): void;
}

/**
 * The only part of a worker that writes the outcomes of analyses. It collects moves for some milliseconds and commits them together
 * with results, counters and events; during a commit, the next group is collected. When the connection is lost, it keeps the moves
 * and waits: a move that was committed although the response was lost is not made twice, because the row no longer allows it. Any
 * other error belongs to one move of the group: then the moves are written one by one, and a move that cannot be written makes its
 * analysis FAILED.
 */
export class ResultWriter {
  readonly #db: Kysely<DB>;
  readonly #hints: Hints;
  readonly #logger: Logger;
  #pending: Pending[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #closed = false;

  constructor(resources: { db: Kysely<DB>; hints: Hints; logger: Logger }) {
    this.#db = resources.db;
    this.#hints = resources.hints;
    this.#logger = resources.logger;
  }

  /** @returns whether the move was made; false if the analysis was cancelled, its lease lost, or the writer closed. */
  write(move: Wanted): Promise<boolean> {
    return new Promise((settle) => {
      if (this.#closed) return settle(false);
      this.#pending.push({ move, at: performance.now(), settle });
      this.#schedule();
    });
  }

  /**
   * Writes what is pending. If the connection is lost now, the group is abandoned, and its analyses are recovered when their leases
   * end.
   */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#writing;
    if (this.#pending.length > 0) await this.#writeGroup();
  }

  #schedule(): void {
    if (this.#timer || this.#writing || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#writing = this.#writeGroup().finally(() => {
        this.#writing = null;
        if (this.#pending.length > 0) this.#schedule();
      });
    }, gatherMs);
  }

  async #writeGroup(): Promise<void> {
    const group = this.#pending.splice(0);
    try {
      await this.#commitPatiently(group);
    } catch (error) {
      if (group.length === 1) await this.#failUnwritable(group[0]!, error);
      else
        for (const pending of group)
          await this.#commitPatiently([pending]).catch((e) => this.#failUnwritable(pending, e));
    }
    this.#hints.eventsWritten();
  }

  async #commitPatiently(group: Pending[]): Promise<void> {
    try {
      await retrying(() => this.#commit(group), {
        ...retryDelays,
        isTemporary: (error) => isConnectionTrouble(error) && !this.#closed,
        onRetry: (err, delayMs) =>
          this.#logger.warn({ err, moves: group.length, delayMs }, 'Results are waiting for the database.'),
      });
    } catch (error) {
      if (!isConnectionTrouble(error)) throw error;
      this.#giveUp(group, error);
    }
  }

  async #commit(group: Pending[]): Promise<void> {
    const now = performance.now();
    const wanted = group.map(({ move, at }) => ({ ...move, agoMs: now - at }));
    const checked = await checkShelves(this.#db, wanted, this.#logger);
    const moves = withWarnings(wanted, checked);
    const made = await inLogOrder(this.#db, async (trx) => {
      const made = new Set<(typeof moves)[number]>(await moveAnalyses(trx, moves));
      const succeeded = new Set([...made].flatMap(({ analysisId, result }) => (result ? analysisId : [])));
      const written = checked.filter(({ check }) => succeeded.has(check.analysisId));
      await insertChecked(trx, written);
      await evaluateResults(trx, written);
      await finishImageIndexing(
        trx,
        moves.flatMap((move) => (made.has(move) && move.indexed ? [move.indexed] : [])),
      );
      return made;
    });
    for (const [index, { settle }] of group.entries()) settle(made.has(moves[index]!));
  }

  #giveUp(group: Pending[], error: unknown): void {
    this.#logger.error(
      { err: error, moves: group.length },
      'Closing while the database is unreachable. Other workers run these analyses again.',
    );
    for (const { settle } of group) settle(false);
  }

  /** A result that cannot be stored must not be retried for ever. */
  async #failUnwritable(pending: Pending, error: unknown): Promise<void> {
    const { analysisId, workerId } = pending.move;
    this.#logger.error({ err: error, analysisId, to: pending.move.to }, 'A result could not be stored.');
    const failure = { code: 'INTERNAL', message: 'The result could not be stored.', retryable: true } as const;
    const move = { analysisId, workerId, to: 'FAILED', failure } as const;
    await this.#commitPatiently([{ ...pending, move }]).catch((second: unknown) => {
      this.#logger.error(
        { err: second, analysisId },
        'The failure could not be stored either. The analysis is recovered when its lease ends.',
      );
      pending.settle(false);
    });
  }
}
