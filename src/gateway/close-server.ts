import { once } from 'node:events';
import type { Server } from 'node:http';
import type { SystemStatus } from '../system/system-status.ts';
import type { LiveConnections } from './sockets/live-connections.ts';
import type { WebSockets } from './sockets/websocket.ts';
import type { Yoga } from './yoga.ts';

/** How often connections whose request has ended are closed while other requests still run. */
const closeIdleEveryMs = 50;
/** Time for the close handshake of sockets; a client that has disappeared does not answer. */
const handshakeMs = 2_000;

interface Parts {
  server: Server;
  live: LiveConnections;
  sockets: WebSockets;
  yoga: Yoga;
  system: SystemStatus;
}

/**
 * Stops a server in an order in which no client mistakes the end of the process for the end of its stream. Readiness is switched
 * off before, and the pool and the database are closed after.
 */
export async function closeServer({ server, live, sockets, yoga, system }: Parts, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await live.close();
  await system.close();
  const closeIdle = setInterval(() => server.closeIdleConnections(), closeIdleEveryMs);
  const cutSockets = setTimeout(() => sockets.terminate(), Math.min(graceMs, handshakeMs));
  const cutAll = setTimeout(() => server.closeAllConnections(), graceMs);
  try {
    await closed;
  } finally {
    clearInterval(closeIdle);
    clearTimeout(cutSockets);
    clearTimeout(cutAll);
    sockets.terminate();
  }
  await yoga.dispose();
}
