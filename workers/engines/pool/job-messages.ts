import type { ItemMatrix } from '../protocol/item-matrix.ts';
import type { JobMessage, ToEngine } from '../protocol/messages.ts';
import type { MatrixLedger } from './matrix-ledger.ts';
import { mostDeathsAlone, type PoolJob } from './pool-job.ts';

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
    case 'renderFrame':
      return [{ type: 'job', kind: 'renderFrame', job: { ...entry.job, id } }];
    case 'read':
      return [{ type: 'job', kind: 'read', job: { ...entry.job, id } }];
    case 'describe':
      return [{ type: 'job', kind: 'describe', job: { ...entry.job, id } }];
    case 'analyze': {
      const { matrix, ...given } = entry.job;
      // On the last attempt: perhaps one of them crashes the engine.
      const skipsOptional = entry.deathsAlone === mostDeathsAlone - 1;
      const message = { type: 'job', kind: 'analyze', job: { ...given, id }, skipsOptional } as const;
      return withMatrix(message, matrix, ledger);
    }
    case 'frame': {
      const { matrix, ...given } = entry.job;
      return withMatrix({ type: 'job', kind: 'frame', job: { ...given, id } }, matrix, ledger);
    }
    case 'nameFrame': {
      const { matrix, ...given } = entry.job;
      return withMatrix({ type: 'job', kind: 'nameFrame', job: { ...given, id } }, matrix, ledger);
    }
  }
}

type Matched = Extract<JobMessage, { matrixSlot: string | null }>;
type WithoutSlot<Message> = Message extends unknown ? Omit<Message, 'matrixSlot'> : never;

function withMatrix(message: WithoutSlot<Matched>, matrix: ItemMatrix | null, ledger: MatrixLedger): ToEngine[] {
  if (!matrix) return [{ ...message, matrixSlot: null }];
  const { slot, messages } = ledger.use(matrix);
  return [...messages, { ...message, matrixSlot: slot }];
}
