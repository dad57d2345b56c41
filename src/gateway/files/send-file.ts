import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Resources } from '../../resources.ts';
import type { BlobKey, ExportKey } from '../../storage/blob-store.ts';
import { parseRange } from './byte-range.ts';

export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
}

/** What is sent, and what tells its versions apart. */
export interface SentFile {
  key: BlobKey | ExportKey;
  /** With its quotes. */
  etag: string;
  /** Bytes. */
  byteSize: number;
}

/** A redirect may be followed again for so long, in seconds: less than its link holds, even when credentials change often. */
const redirectSeconds = 300;

/**
 * Answers with a stored file, the part of it that was asked for, where the store itself gives it, or that the client has it
 * already. Whatever else the
 * headers say is set by the caller before.
 */
export async function sendFile(app: Resources, { req, res }: Exchange, file: SentFile): Promise<void> {
  const { key, etag, byteSize } = file;
  res.setHeader('accept-ranges', 'bytes');
  res.setHeader('etag', etag);
  if (matches(req.headers['if-none-match'], etag)) {
    res.writeHead(304).end();
    return;
  }
  const link = req.method === 'HEAD' ? null : await linkTo(app, res, key);
  if (link !== null) return redirect(res, link);
  // A part of what the client has of another version is of no use to it.
  const sameVersion = req.headers['if-range'] === undefined || req.headers['if-range'] === etag;
  const range = sameVersion ? parseRange(req.headers.range, byteSize) : null;
  if (range === 'unsatisfiable') {
    res.writeHead(416, { 'content-range': `bytes */${byteSize}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: byteSize - 1 };
  // Of an empty file there is no first byte to read from.
  const content = req.method === 'HEAD' || byteSize === 0 ? null : await app.blobs.read(key, { start, end });
  if (range) res.setHeader('content-range', `bytes ${start}-${end}/${byteSize}`);
  res.writeHead(range ? 206 : 200, { 'content-length': end - start + 1 });
  if (content === null) {
    res.end();
    return;
  }
  // A reader that has seen enough hangs up; that is no failure of ours.
  await pipeline(content.bytes, res).catch((error) =>
    app.logger.debug({ err: error }, 'A client did not read a file to its end.'),
  );
}

function linkTo(app: Resources, res: ServerResponse, key: BlobKey | ExportKey): Promise<string | null> {
  const contentDisposition = (res.getHeader('content-disposition') as string | undefined) ?? null;
  return app.blobs.link(key, { contentType: res.getHeader('content-type') as string, contentDisposition });
}

/** The store answers instead of us, Range and all. What the headers said of the file is in the link. */
function redirect(res: ServerResponse, link: string): void {
  for (const name of ['content-type', 'content-disposition', 'etag', 'accept-ranges']) res.removeHeader(name);
  const lasts = !String(res.getHeader('cache-control')).includes('no-cache');
  if (lasts) res.setHeader('cache-control', `private, max-age=${redirectSeconds}`);
  res.writeHead(302, { location: link, 'content-length': 0 }).end();
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header
    .split(',')
    .some((candidate) => candidate.trim().replace(/^W\//, '') === etag || candidate.trim() === '*');
}
