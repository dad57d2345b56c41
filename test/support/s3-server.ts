import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';

export interface S3Server {
  /** What a process needs to keep blobs in its bucket, below the prefix `shelves/`. */
  env: Record<string, string>;
  bucket: string;
  endpoint: string;
  /** From now on connections are dropped as they come. What is stored stays. */
  breakDown(): Promise<Outage>;
  /** As if an object had been written that long ago. */
  age(key: string, ms: number): Promise<void>;
  /** Keys of all objects, sorted. */
  keys(): Promise<string[]>;
  close(): Promise<void>;
}

export interface Outage {
  /** Resolves when somebody tries to reach it from now on. */
  nextTry(): Promise<void>;
  mend(): Promise<void>;
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
  const options = { address: '127.0.0.1', silent: true, directory, configureBuckets: [{ name: bucket }] };
  let server = create({ ...options, port: 0 });
  const { port } = await server.run();
  const stop = async () => {
    server.httpServer.closeAllConnections();
    await server.close();
  };
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
    async breakDown() {
      await stop();
      const broken = createServer((socket) => void socket.destroy());
      broken.listen(port, options.address);
      await once(broken, 'listening');
      return {
        nextTry: () => once(broken, 'connection').then(() => undefined),
        async mend() {
          broken.close();
          await once(broken, 'close');
          server = create({ ...options, port });
          await server.run();
        },
      };
    },
    async age(key, ms) {
      const then = new Date(Date.now() - ms);
      await utimes(join(directory, bucket, `${key}._S3rver_object`), then, then);
    },
    // It keeps an object as three files: content, metadata and checksum.
    async keys() {
      const files = await readdir(join(directory, bucket), { recursive: true });
      return files
        .flatMap((file) => (file.endsWith('._S3rver_object') ? [file.slice(0, -'._S3rver_object'.length)] : []))
        .sort();
    },
    async close() {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Lists of a bucket are let through whatever their signature: that of `/bucket/` is what it computes wrongly. */
function create(options: ConstructorParameters<typeof S3rver>[0]): S3rver {
  const server = new S3rver(options);
  server.middleware.unshift((ctx, next) => {
    const lists = ctx.method === 'GET' && 'list-type' in ctx.query;
    if (lists) ctx.app = Object.create(ctx.app, { allowMismatchedSignatures: { value: true } });
    return next();
  });
  return server;
}
