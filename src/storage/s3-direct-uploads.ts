import { rm } from 'node:fs/promises';
import { blobPath, incomingPath } from './blob-path.ts';
import type { DirectUploads, StagedBlob } from './blob-store.ts';
import type { ObjectContent, S3Objects } from './s3-objects.ts';
import type { StagedFile, Staging } from './staging.ts';

/**
 * Uploads that clients send to the bucket. Length and SHA-256 are signed, but the object is still read, counted and hashed here:
 * stores that do not support `x-amz-checksum-sha256` (s3rver, older versions of Ceph) accept any bytes of that length.
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
 * The bucket copies the object only if it is still the one that was read: the link may have been used again meanwhile. The caller
 * removes the client's object after the commit, because the client sends it only once.
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
