import { once } from 'node:events';
import type { Server } from 'node:http';
import type { SystemStatus } from '../system/system-status.ts';
import type { LiveConnections } from './sockets/live-connections.ts';
import type { WebSockets } from './sockets/websocket.ts';
import type { Yoga } from './yoga.ts';

/** How often connections whose request is done are closed while others still have theirs. */
const closeIdleEveryMs = 50;
/** For the close handshake of sockets; a client that is gone answers none. */
const handshakeMs = 2_000;

interface Parts {
  server: Server;
  live: LiveConnections;
  sockets: WebSockets;
  yoga: Yoga;
  system: SystemStatus;
}

/**
 * Stops a server in the order that keeps clients from taking the end of the process for the end of their streams.
 * Readiness is off before; the pool and the database are closed after.
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
