import { isConnectionTrouble } from '../../database/sqlstate.ts';
import { StoreUnavailableError } from '../../storage/blob-store.ts';

/** What the server needs and cannot reach at the moment. */
export type Trouble = 'database' | 'store';

/** Which of them an error is about; null: neither, so it is not expected to be temporary. */
export function troubleOf(error: unknown): Trouble | null {
  if (error instanceof StoreUnavailableError) return 'store';
  return isConnectionTrouble(error) ? 'database' : null;
}

/** For clients. */
export const troubleText: Record<Trouble, string> = {
  // Also for a statement that was ended because it took too long, including waits for others.
  database: 'The database did not respond in time.',
  store: 'The image storage is unavailable at the moment.',
};
