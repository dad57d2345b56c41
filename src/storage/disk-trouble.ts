import { StoreUnavailableError } from './blob-store.ts';

/**
 * What a disk says that is full, broken, read-only or not ours. Sockets say none of it, so it tells trouble of the store from a
 * client that hung up in the middle of the bytes.
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

/** An error as the rest of the program knows it: trouble of a disk as StoreUnavailableError, any other as it is. */
export function diskTrouble(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !diskCodes.has(error.code as string)) return error;
  return new StoreUnavailableError(`The disk that stores pictures cannot be used (${error.message}).`, {
    cause: error,
  });
}

/** @throws StoreUnavailableError for trouble of the disk */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskTrouble(error);
  }
}
