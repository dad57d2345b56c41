import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Resources } from '../../resources.ts';
import type { FileKey } from '../../storage/blob-store.ts';
import { parseRange } from './byte-range.ts';

export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
}

/** What is sent, and what distinguishes its versions. */
export interface SentFile {
  key: FileKey;
  /** With its quotes. */
  etag: string;
  /** Bytes. */
  byteSize: number;
}

/** How long a redirect may be cached, in seconds: less than its link is valid, even if credentials change often. */
const redirectSeconds = 300;

/**
 * Responds with a stored file, the requested part of it, a redirect to the store, or 304 if the client already has it. The caller
 * sets all other headers before.
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
  // A part cannot be combined with what the client has of another version.
  const sameVersion = req.headers['if-range'] === undefined || req.headers['if-range'] === etag;
  const range = sameVersion ? parseRange(req.headers.range, byteSize) : null;
  if (range === 'unsatisfiable') {
    res.writeHead(416, { 'content-range': `bytes */${byteSize}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: byteSize - 1 };
  // An empty file has no first byte to read from.
  const content = req.method === 'HEAD' || byteSize === 0 ? null : await app.blobs.read(key, { start, end });
  if (range) res.setHeader('content-range', `bytes ${start}-${end}/${byteSize}`);
  res.writeHead(range ? 206 : 200, { 'content-length': end - start + 1 });
  if (content === null) {
    res.end();
    return;
  }
  // A client that has read enough closes the connection; that is not a failure.
  await pipeline(content.bytes, res).catch((error) =>
    app.logger.debug({ err: error }, 'A client did not read a file to its end.'),
  );
}

function linkTo(app: Resources, res: ServerResponse, key: FileKey): Promise<string | null> {
  const contentDisposition = (res.getHeader('content-disposition') as string | undefined) ?? null;
  return app.blobs.link(key, { contentType: res.getHeader('content-type') as string, contentDisposition });
}

/** The store responds instead of us, also to Range. The link contains what the headers say about the file. */
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
