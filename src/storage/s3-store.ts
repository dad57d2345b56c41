import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Location } from '../config.ts';
import { blobPath, incomingFolder, incomingPath } from './blob-path.ts';
import type { BlobStore, StagedBlob } from './blob-store.ts';
import { openDiskCache } from './disk-cache.ts';
import { createDirectUploads } from './s3-direct-uploads.ts';
import { createS3Objects, type S3Objects } from './s3-objects.ts';
import { openStaging, type StagedFile } from './staging.ts';

/** For pictures that engines have recently read here: enough for several hours on one machine. */
const defaultCacheBytes = 2_000_000_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface S3StoreOptions extends S3Location {
  /** On this machine's disk: for incoming bytes, and for copies that engines read. */
  directory: string;
  /** Limit of all copies together. Default 2 GB. */
  cacheBytes?: number;
}

/**
 * Blobs as objects in a bucket, named by `blobPath` below a prefix. Incoming bytes are on this machine's disk until they are known
 * to be a picture.
 * @throws StoreUnavailableError if the bucket cannot be read
 */
export async function openS3Store({
  directory,
  cacheBytes = defaultCacheBytes,
  ...location
}: S3StoreOptions): Promise<BlobStore> {
  const objects = createS3Objects(location);
  await probe(objects, location);
  const staging = await openStaging(join(directory, 'tmp'));
  // In a process without a worker, nothing else does this.
  await staging.sweep(dayMs);
  const { temporaryFile } = staging;
  const cache = await openDiskCache({ directory: join(directory, 'blobs'), temporaryFile, maxBytes: cacheBytes });

  const removeOne = async (name: string) => {
    await objects.remove(name);
    await cache.remove(name);
  };
  const removeBeginning = async (beginning: string) => {
    // A list has at most a thousand names, and there may be more derived pictures.
    for (let found = await objects.list(beginning); found.length > 0; found = await objects.list(beginning))
      await Promise.all(found.map(({ name }) => removeOne(name)));
  };

  return {
    location: describe(location),

    // Of Amazon's, the region decides, which the SDK finds.
    linkOrigins: [location.endpoint === null ? 'https://*.amazonaws.com' : new URL(location.endpoint).origin],

    stage: async (bytes, { maxBytes }) => stagedBlob(objects, await staging.write(bytes, maxBytes)),

    directUploads: createDirectUploads(objects, staging),

    localFile(key) {
      const name = blobPath(key);
      return cache.file(name, (target) => objects.download(name, target));
    },

    has: async (key) => objects.has(blobPath(key)),

    read: async (key, range) => objects.read(blobPath(key), range),

    async link(key, headers) {
      // From the full hour on, so that within an hour the link stays the same and browsers find the picture in their cache.
      const from = new Date(Math.floor(Date.now() / hourMs) * hourMs);
      return objects.sign(blobPath(key), headers, from, (2 * hourMs) / 1000);
    },

    async put(key, file) {
      await objects.upload(file, blobPath(key));
      await rm(file, { force: true });
    },

    temporaryFile,

    async remove(key) {
      if (!('sha256' in key) || key.derived !== undefined) return removeOne(blobPath(key));
      await removeBeginning(`${blobPath(key)}.`);
      // Last, so that a removal that fails half-way can be repeated while anything is left.
      await removeOne(blobPath(key));
    },

    removeDerived: (key, beginning) => removeBeginning(`${blobPath(key)}.${beginning}`),

    sweep: async (olderThanMs) => (await staging.sweep(olderThanMs)) + (await cache.sweep(olderThanMs)),

    async sweepIncoming(organizationId, olderThanMs) {
      const before = Date.now() - olderThanMs;
      const incoming = await objects.list(incomingFolder(organizationId));
      const old = incoming.filter(({ writtenAt }) => writtenAt.getTime() < before);
      for (const { name } of old) await objects.remove(name);
      return old.length;
    },
  };
}

function describe({ bucket, prefix }: S3Location): string {
  return `s3://${bucket}/${prefix}`;
}

/**
 * `send` uploads to a temporary name, and `keep` lets the bucket copy it. A transaction that fails after `send` therefore leaves
 * nothing under the name of a blob, and uploads never run inside a transaction, where they would hold locks.
 */
function stagedBlob(objects: S3Objects, { file, sha256, byteSize }: StagedFile): StagedBlob {
  let incoming: string | null = null;
  const discard = async () => {
    await rm(file, { force: true });
    if (incoming !== null) await objects.remove(incoming);
    incoming = null;
  };
  return {
    sha256,
    byteSize,
    file,
    async send(organizationId) {
      if (await objects.has(blobPath({ organizationId, sha256 }))) return;
      const name = incomingPath({ organizationId, uploadId: randomUUID() });
      await objects.upload(file, name);
      incoming = name;
    },
    async keep(organizationId) {
      const name = blobPath({ organizationId, sha256 });
      if (!(await objects.has(name))) {
        if (incoming === null) await objects.upload(file, name);
        else await objects.copy(incoming, name, null);
      }
      await discard();
    },
    discard,
  };
}

/**
 * Requests an object that never exists: without the right to list, S3 answers 403 instead of 404, and every missing object would
 * seem forbidden.
 */
async function probe(objects: S3Objects, location: S3Location): Promise<void> {
  const found = await objects.read('.is-this-bucket-readable').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new Error(
      `BLOB_STORE ${describe(location)} cannot be used. ${error.message} ` +
        'Check that the bucket exists, AWS_REGION, the credentials, and the rights s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket.',
      { cause: error },
    );
  });
  found?.bytes.destroy();
}
