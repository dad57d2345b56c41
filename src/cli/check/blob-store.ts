import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Config } from '../../config.ts';
import { openBlobStore } from '../../storage/open-store.ts';
import { type Check, ok, problemOf } from './finding.ts';

/** An id that no organisation has. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** Checks that a file can be stored, read and removed where pictures are. */
export const checkBlobStore: Check = async (config) => {
  let location = '';
  const fault = await problemOf('pictures', async () => {
    location = await storeAndRemove(config);
  });
  return [fault ?? ok('pictures', `${location} is readable and writable`)];
};

/** @returns where the store is */
async function storeAndRemove(config: Config): Promise<string> {
  const store = await openBlobStore(config);
  const key = { organizationId: nobody, exportId: randomUUID() };
  const file = store.temporaryFile();
  const content = `sightline check ${key.exportId}`;
  try {
    await writeFile(file, content);
    await store.put(key, file);
    const found = await text((await store.read(key)).bytes);
    if (found !== content)
      throw new Error(
        'A file that was just stored has other contents when it is read. Check the store that BLOB_STORE names.',
      );
    return store.location;
  } finally {
    await rm(file, { force: true });
    await store.remove(key);
    // The directory that it was in; there is none in a bucket.
    await rm(join(config.dataDir, 'blobs', nobody), { recursive: true, force: true });
  }
}
