import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type OnReadOpts, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Two ends of a connection within this machine: `writer` to be the standard output of a child, `reader` to read it. The pipe that `spawn`
 * makes is such a connection as well, but Node reads it without `onread`. The address is in a folder that only this user may open, and is
 * removed as soon as the two are connected.
 */
export async function connectSockets(onread: OnReadOpts): Promise<{ reader: Socket; writer: Socket }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sightline-'));
  const server = createServer({ pauseOnConnect: true });
  try {
    const address = path.join(folder, 'socket');
    await once(server.listen(address), 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const reader = connect({ path: address, onread });
    const [[writer]] = await Promise.all([accepted, once(reader, 'connect')]);
    return { reader, writer };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
