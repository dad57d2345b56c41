import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { S3Location } from '../config.ts';
import { Semaphore } from '../shared/semaphore.ts';
import { type AnnouncedBytes, type LinkHeaders, StoreUnavailableError, type UploadLink } from './blob-store.ts';

/**
 * The operations of S3 that we use, with names below the prefix. A missing object is an error with code ENOENT, any other error a
 * StoreUnavailableError.
 */
export interface S3Objects {
  has(name: string): Promise<boolean>;
  /** `etag` is that of the whole object, whatever the range. */
  read(name: string, range?: { start: number; end: number }): Promise<ObjectContent>;
  download(name: string, file: string): Promise<void>;
  upload(file: string, name: string): Promise<void>;
  /** @param etag that it must still have; null: any. */
  copy(from: string, to: string, etag: string | null): Promise<void>;
  /** Objects whose names begin with this; at most a thousand of them. */
  list(beginning: string): Promise<{ name: string; writtenAt: Date }[]>;
  /** Does nothing if it does not exist. */
  remove(name: string): Promise<void>;
  /** @param expiresSeconds counted from `from`, which is not in the future */
  sign(name: string, headers: LinkHeaders, from: Date, expiresSeconds: number): Promise<string>;
  /** A link that accepts only these bytes, by PUT. */
  signPut(name: string, bytes: AnnouncedBytes, from: Date, expiresSeconds: number): Promise<UploadLink>;
}

export interface ObjectContent {
  bytes: Readable;
  byteSize: number;
  etag: string;
}

/** Uploads at the same time; each has one or two parts in memory, and a batch of a thousand pictures is a thousand uploads. */
const uploadsAtOnce = 8;
const partBytes = 8 * 1024 * 1024;
/** Limits for connecting and for a silent connection: without them, a store that hangs would block requests and jobs for ever. */
const timeouts = { connectionTimeout: 5_000, socketTimeout: 30_000 };

export function createS3Objects({ bucket, prefix, endpoint }: S3Location): S3Objects {
  const client = new S3Client({
    requestHandler: timeouts,
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
  });
  const uploads = new Semaphore(uploadsAtOnce);
  const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });

  async function ask<T>(name: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw readable(error, `s3://${bucket}/${prefix}${name}`);
    }
  }

  async function get(name: string, range?: { start: number; end: number }) {
    const part = range && { Range: `bytes=${range.start}-${range.end}` };
    const { Body, ContentLength, ContentRange, ETag } = await client.send(
      new GetObjectCommand({ ...at(name), ...part }),
    );
    // `bytes 0-9/1234`: the size of all of it.
    const byteSize = Number(ContentRange?.split('/')[1] ?? ContentLength);
    return { bytes: Body as Readable, byteSize, etag: ETag! };
  }

  return {
    has: (name) =>
      ask(name, () => client.send(new HeadObjectCommand(at(name)))).then(
        () => true,
        (error) => {
          if (error.code === 'ENOENT') return false;
          throw error;
        },
      ),

    read: (name, range) => ask(name, () => get(name, range)),

    download: (name, file) =>
      ask(name, async () => pipeline((await get(name)).bytes, createWriteStream(file, { flags: 'wx' }))),

    upload: (file, name) =>
      ask(name, () =>
        uploads.run(async () => {
          const params = { ...at(name), Body: createReadStream(file) };
          await new Upload({ client, params, partSize: partBytes, queueSize: 2 }).done();
        }),
      ),

    async copy(from, to, etag) {
      // It is sent in a header, so the name must be a valid value: in our names, only the prefix could contain invalid characters.
      const CopySource = encodeURI(`${bucket}/${prefix}${from}`);
      await ask(to, () =>
        client.send(
          new CopyObjectCommand({ ...at(to), CopySource, ...(etag !== null && { CopySourceIfMatch: etag }) }),
        ),
      );
    },

    async list(beginning) {
      const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}${beginning}` });
      const { Contents = [] } = await ask(beginning, () => client.send(command));
      return Contents.map(({ Key, LastModified }) => ({ name: Key!.slice(prefix.length), writtenAt: LastModified! }));
    },

    async remove(name) {
      await ask(name, () => client.send(new DeleteObjectCommand(at(name))));
    },

    sign: (name, { contentType, contentDisposition }, from, expiresSeconds) =>
      ask(name, () => {
        const command = new GetObjectCommand({
          ...at(name),
          ResponseContentType: contentType,
          ...(contentDisposition !== null && { ResponseContentDisposition: contentDisposition }),
          ResponseCacheControl: 'private, max-age=3600',
        });
        return getSignedUrl(client, command, { signingDate: from, expiresIn: expiresSeconds });
      }),

    signPut: (name, { byteSize, sha256, mimeType }, from, expiresSeconds) =>
      ask(name, async () => {
        const checksum = Buffer.from(sha256, 'hex').toString('base64');
        const command = new PutObjectCommand({
          ...at(name),
          ContentLength: byteSize,
          ContentType: mimeType,
          ChecksumSHA256: checksum,
        });
        const url = await getSignedUrl(client, command, {
          signingDate: from,
          expiresIn: expiresSeconds,
          signableHeaders: new Set(['host', 'content-length', 'content-type']),
          // Otherwise it would be a parameter of the link, which a store need not compare with the bytes.
          unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
        });
        const headers = [
          { name: 'Content-Type', value: mimeType },
          { name: 'Content-Length', value: String(byteSize) },
          { name: 'x-amz-checksum-sha256', value: checksum },
        ];
        return { url, headers };
      }),
  };
}

/** Stores that are not Amazon's may not support CRC32 yet, which the SDK sends with every object by default. */
const withoutChecksums =
  'Set AWS_REQUEST_CHECKSUM_CALCULATION=WHEN_REQUIRED if the store does not support the checksums that are sent by default.';

/** Converts errors of the SDK to those of this program. */
function readable(error: unknown, url: string): Error {
  const { name, message } = error as Error;
  if (name === 'NoSuchKey' || name === 'NotFound')
    return Object.assign(new Error(`There is no ${url}.`, { cause: error }), { code: 'ENOENT' });
  const advice = name === 'NotImplemented' ? ` ${withoutChecksums}` : '';
  return new StoreUnavailableError(`${url} could not be reached or used (${name}: ${message}).${advice}`, {
    cause: error,
  });
}
