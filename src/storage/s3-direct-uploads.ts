import { rm } from 'node:fs/promises';
import { blobPath, incomingPath } from './blob-path.ts';
import type { DirectUploads, StagedBlob } from './blob-store.ts';
import type { ObjectContent, S3Objects } from './s3-objects.ts';
import type { StagedFile, Staging } from './staging.ts';

/**
 * Uploads that clients send to the bucket. Length and SHA-256 are signed, but what has come is read, counted and hashed
 * here all the same: stores that know nothing of `x-amz-checksum-sha256` (s3rver, Ceph of some years ago) take any bytes of
 * that length.
 */
export function createDirectUploads(objects: S3Objects, staging: Staging): DirectUploads {
  return {
    link: async (key, bytes, from, expiresSeconds) => objects.signPut(incomingPath(key), bytes, from, expiresSeconds),

    async find(key) {
      const name = incomingPath(key);
      const content = await readIfThere(objects, name);
      if (content === null) return null;
      const { bytes, etag } = content;
      return {
        bytes,
        stage: async (stream, { maxBytes }) =>
          arrivedBlob(objects, await staging.write(stream, maxBytes), { name, etag }),
      };
    },

    remove: async (key) => objects.remove(incomingPath(key)),
  };
}

/**
 * The bucket copies what the client sent, as long as it is what was read: the link may be used again meanwhile. It stays
 * where it was sent to until the caller removes it after the commit, since the client sends it once.
 */
function arrivedBlob(
  objects: S3Objects,
  { file, sha256, byteSize }: StagedFile,
  { name, etag }: { name: string; etag: string },
): StagedBlob {
  const discard = () => rm(file, { force: true });
  return {
    sha256,
    byteSize,
    file,
    send: async () => undefined,
    async keep(organizationId) {
      const kept = blobPath({ organizationId, sha256 });
      if (!(await objects.has(kept))) await objects.copy(name, kept, etag);
      await discard();
    },
    discard,
  };
}

async function readIfThere(objects: S3Objects, name: string): Promise<ObjectContent | null> {
  try {
    return await objects.read(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
