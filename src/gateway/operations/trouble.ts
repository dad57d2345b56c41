import { isConnectionTrouble } from '../../database/sqlstate.ts';
import { StoreUnavailableError } from '../../storage/blob-store.ts';

/** What the server works with and does not have at the moment. */
export type Trouble = 'database' | 'store';

/** What an error says of either; null: it says nothing of that sort, and is not expected to pass. */
export function troubleOf(error: unknown): Trouble | null {
  if (error instanceof StoreUnavailableError) return 'store';
  return isConnectionTrouble(error) ? 'database' : null;
}

/** For clients. */
export const troubleText: Record<Trouble, string> = {
  // Also a statement that was ended for taking too long, waiting for others included.
  database: 'The database did not respond in time.',
  store: 'The image storage is unavailable at the moment.',
};
