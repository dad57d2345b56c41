import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A load balancer in front of several servers, as TCP. */
export interface BalancingProxy {
  /** What clients know of the servers. */
  url: string;
  close(): Promise<void>;
}

/** Takes the next server for each connection, and the one after it where none listens: a process that was killed. */
export async function startBalancingProxy(serverPorts: readonly number[]): Promise<BalancingProxy> {
  let next = 0;
  const open = new Set<Socket>();

  function track(socket: Socket, peer: Socket): void {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      open.delete(socket);
      peer.destroy();
    });
  }

  async function reachOne(): Promise<Socket | null> {
    for (const _port of serverPorts) {
      const far = connect(serverPorts[next++ % serverPorts.length]!, '127.0.0.1');
      const reached = await once(far, 'connect').then(
        () => true,
        () => false,
      );
      if (reached) return far;
    }
    return null;
  }

  const server = createServer({ pauseOnConnect: true }, async (near) => {
    near.on('error', () => undefined);
    const far = await reachOne();
    if (far === null) return near.resetAndDestroy();
    track(near, far);
    track(far, near);
    // The client hung up meanwhile.
    if (near.destroyed) return far.destroy();
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
