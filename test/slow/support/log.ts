import { expect } from 'vitest';
import { type AnalysisStatus, mayMove } from '../../../src/analyses/life.ts';
import { decodeId, encodeId } from '../../../src/ids.ts';
import { withClient } from '../../support/postgres-client.ts';
import type { TestBatch } from './batch.ts';
import type { Change } from './follow.ts';

type Move = Omit<Change, 'cursor'>;

/** What the log says of a batch's analyses, in its order. */
async function readMoves(databaseUrl: string, batch: TestBatch): Promise<Move[]> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ analysisId: string; status: string; previous: string | null }>(
      `select entity_id as "analysisId", state->>'status' as status, state->>'previousStatus' as previous
       from event where kind = 'ANALYSIS' and $1 = any(batch_ids) order by xid, id`,
      [decodeId('batch', batch.id)],
    );
    return rows.map(({ analysisId, status, previous }) => ({
      analysisId: encodeId('analysis', analysisId),
      status,
      previousStatus: previous,
    }));
  });
}

/**
 * What a client heard over all its connections is the log: nothing lost, nothing twice, in its order; and the log tells a
 * legal life of each analysis of the batch.
 */
export async function expectExactlyTheLog(
  databaseUrl: string,
  batch: TestBatch,
  heard: readonly Change[],
): Promise<void> {
  const moves = await readMoves(databaseUrl, batch);
  expect(heard.map(({ cursor: _cursor, ...move }) => move)).toEqual(moves);
  expect(new Set(heard.map(({ cursor }) => cursor)).size).toBe(heard.length);
  expectLegalLives(batch, moves);
}

function expectLegalLives(batch: TestBatch, moves: readonly Move[]): void {
  const now = new Map<string, string | null>(batch.analysisIds.map((id) => [id, null]));
  for (const { analysisId, status, previousStatus } of moves) {
    expect(previousStatus, `${analysisId} was ${now.get(analysisId)} before it became ${status}`).toBe(
      now.get(analysisId),
    );
    if (previousStatus !== null)
      expect(
        mayMove(previousStatus as AnalysisStatus, status as AnalysisStatus),
        `${previousStatus} to ${status}`,
      ).toBe(true);
    now.set(analysisId, status);
  }
}

/** Nothing runs and nobody holds anything. */
export async function readHeld(databaseUrl: string): Promise<{ running: number; leased: number; workers: number }> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query(
      `select count(*) filter (where status = 'RUNNING')::int as running,
         count(*) filter (where lease_worker_id is not null)::int as leased,
         (select count(*)::int from worker_process) as workers
       from analysis`,
    );
    return rows[0];
  });
}
