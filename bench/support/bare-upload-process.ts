import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { serveParent } from './child.ts';

/**
 * What uploads are compared with: a server that somebody would write with http and busboy, which hashes the files of a form and writes
 * them to disk, and does nothing else. Says its address.
 */
serveParent<{ directory: string }, { url: string }>(async ({ directory }) => {
  const server = createServer((req, res) => {
    const stored: Promise<string>[] = [];
    const parser = busboy({
      headers: { 'content-type': req.headers['content-type'] ?? '' },
      defParamCharset: 'utf8',
      limits: { fieldSize: 1e6, fields: 20, fileSize: 1e9, files: 100 },
    });
    parser.on('file', (_name, part) => stored.push(store(part, join(directory, randomUUID()))));
    parser.on('close', () => {
      void Promise.all(stored).then((hashes) => {
        // The client counts these.
        res.end(JSON.stringify(hashes.map((sha256) => ({ __typename: 'Image', sha256 }))));
      });
    });
    req.pipe(parser);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});

async function store(part: Readable, file: string): Promise<string> {
  const hash = createHash('sha256');
  part.on('data', (chunk: Buffer) => hash.update(chunk));
  await pipeline(part, createWriteStream(file));
  return hash.digest('hex');
}
