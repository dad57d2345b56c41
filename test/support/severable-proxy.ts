import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between a client and a server that can fail. */
export interface SeverableProxy {
  /** The server, as seen through it. */
  url: string;
  /** Connections that were made through it so far. */
  connections(): number;
  /** Cuts every connection, without a goodbye to either side; new ones are refused until `mend`. */
  sever(): void;
  /** From now on nothing arrives any more, on the connections there are and on new ones, and nobody is told. */
  freeze(): void;
  /** Lets new connections through again; frozen ones stay frozen. */
  mend(): void;
  /** Where new connections lead from now on; those there are stay where they are. */
  retarget(url: string): void;
  close(): Promise<void>;
}

/** Forwards bytes to the server at `url`, as TCP. */
export async function startSeverableProxy(url: string): Promise<SeverableProxy> {
  let target = new URL(url);
  const open = new Set<Socket>();
  let state: 'open' | 'severed' | 'frozen' = 'open';
  let count = 0;
  const server = createServer((near) => {
    if (state === 'severed') return near.resetAndDestroy();
    count += 1;
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    if (state === 'frozen') return void near.pause();
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => count,
    sever() {
      state = 'severed';
      for (const socket of open) socket.resetAndDestroy();
    },
    freeze() {
      state = 'frozen';
      for (const socket of open) {
        socket.unpipe();
        socket.pause();
      }
    },
    mend() {
      state = 'open';
    },
    retarget(next) {
      target = new URL(next);
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
