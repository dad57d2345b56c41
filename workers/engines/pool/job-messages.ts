import type { ToEngine } from '../protocol/messages.ts';
import type { MatrixLedger } from './matrix-ledger.ts';
import type { PoolJob } from './pool-job.ts';

/** The id of a job in messages: the caller's id may not be unique. */
export function travelId({ sequence }: PoolJob): string {
  return String(sequence);
}

/** The messages for a job, preceded by the item matrix if the engine does not have it. */
export function toMessages(entry: PoolJob, ledger: MatrixLedger): ToEngine[] {
  const id = travelId(entry);
  switch (entry.kind) {
    case 'render':
      return [{ type: 'job', kind: 'render', job: { ...entry.job, id } }];
    case 'describe':
      return [{ type: 'job', kind: 'describe', job: { ...entry.job, id } }];
    case 'analyze': {
      const { matrix, ...given } = entry.job;
      const job = { ...given, id };
      if (!matrix) return [{ type: 'job', kind: 'analyze', job, matrixSlot: null }];
      const { slot, messages } = ledger.use(matrix);
      return [...messages, { type: 'job', kind: 'analyze', job, matrixSlot: slot }];
    }
  }
}
