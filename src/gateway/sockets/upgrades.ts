import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { parseTarget } from '../routes.ts';
import type { WebSockets } from './websocket.ts';

/** Accepts WebSockets on /graphql; every other upgrade is rejected. */
export function acceptUpgrades(sockets: WebSockets, draining: { begun: boolean }) {
  return (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Until ws takes over the socket there is no other error listener, and a reset would end the process.
    socket.on('error', () => socket.destroy());
    const path = parseTarget(req.url)?.pathname;
    if (path !== '/graphql' && path !== '/graphql/') refuse(socket, '404 Not Found');
    else if (draining.begun) refuse(socket, '503 Service Unavailable');
    else sockets.upgrade(req, socket, head);
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
