import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';

export interface S3Server {
  /** What a process needs to keep blobs in its bucket, below the prefix `shelves/`. */
  env: Record<string, string>;
  bucket: string;
  endpoint: string;
  /** Keys of all objects, sorted. */
  keys(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * An S3 server of this process, from npm: the maintained fork of s3rver. It checks the signatures of requests and of
 * presigned links, with every header they sign; of buckets themselves, and of queries with `'` or `*`, it computes them wrongly
 * (5.0.0). It does not compare `x-amz-checksum-sha256` with the bytes, nor heed `x-amz-copy-source-if-match`. moto (PyPI, 5.2.5) checks
 * none of that, not even signatures; Debian has a gateway of Ceph 16 only, which needs a cluster; MinIO is in no registry that
 * tests may rely on.
 */
export async function startS3Server(): Promise<S3Server> {
  const bucket = 'pictures';
  const directory = await mkdtemp(join(tmpdir(), 'sightline-s3-'));
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await server.run();
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    bucket,
    endpoint,
    env: {
      BLOB_STORE: `s3://${bucket}/shelves`,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: 'us-east-1',
      // What the server knows; it takes no others.
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
    },
    // It keeps an object as three files: content, metadata and checksum.
    async keys() {
      const files = await readdir(join(directory, bucket), { recursive: true });
      return files
        .flatMap((file) => (file.endsWith('._S3rver_object') ? [file.slice(0, -'._S3rver_object'.length)] : []))
        .sort();
    },
    async close() {
      server.httpServer.closeAllConnections();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
