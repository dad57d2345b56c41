import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { BlobStore } from './blob-store.ts';
import { openDirectoryStore } from './directory-store.ts';

/** The store that the environment names: a bucket, or the directory `blobs` of the data directory. */
export async function openBlobStore({ dataDir, blobStore }: Pick<Config, 'dataDir' | 'blobStore'>): Promise<BlobStore> {
  if (blobStore === null) return openDirectoryStore(join(dataDir, 'blobs'));
  // Loaded only here: the SDK takes a fifth of a second to load, and most installations do not need it.
  const { openS3Store } = await import('./s3-store.ts');
  return openS3Store({ ...blobStore, directory: join(dataDir, 'cache') });
}
