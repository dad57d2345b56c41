import { StoreUnavailableError } from './blob-store.ts';

/**
 * Error codes of a disk that is full, broken, read-only or inaccessible. Sockets have none of these, so they distinguish errors of
 * the store from a client that disconnected.
 */
const diskCodes = new Set([
  'EACCES',
  'EDQUOT',
  'EIO',
  'EISDIR',
  'EMFILE',
  'ENFILE',
  'ENODEV',
  'ENOSPC',
  'ENOTDIR',
  'ENXIO',
  'EPERM',
  'EROFS',
  'ESTALE',
]);

/** Converts errors of a disk to StoreUnavailableError, and returns any other error unchanged. */
export function diskTrouble(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !diskCodes.has(error.code as string)) return error;
  return new StoreUnavailableError(`The disk that stores pictures cannot be used (${error.message}).`, {
    cause: error,
  });
}

/** @throws StoreUnavailableError for errors of the disk */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskTrouble(error);
  }
}
