import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, type WebSocket as GraphQLSocket, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../../log.ts';
import { Turns } from '../../shared/turns.ts';
import type { ResponseMemory } from '../responses/response-size.ts';
import { type KeylessLimits, KeylessSockets } from './keyless-sockets.ts';
import type { LiveConnection } from './live-connections.ts';
import { closeCode } from './socket-close.ts';
import { passMessages } from './socket-messages.ts';
import { type SocketParts, type SocketState, socketOperations } from './socket-operations.ts';
import { SocketSender } from './socket-sender.ts';
import { WrittenPayloads } from './written-payloads.ts';

/** Enough for an operation with its variables; pictures are sent over HTTP. */
const maxMessageBytes = 256 * 1024;
/** Proxies cut connections that are idle for 30 s or more. A client that has not answered a ping by the next one has disappeared. */
const keepAliveMs = 12_000;

export interface WebSockets {
  /** For the server's `upgrade` event, when the path matches. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sockets that are open. */
  count(): number;
  /** Operations that run on the sockets, most of them subscriptions. */
  countOperations(): number;
  /** Cuts sockets that have not closed by themselves. */
  terminate(): void;
}

export interface WebSocketParts {
  memory: ResponseMemory;
  /** How long a client may leave a message unread. */
  stallMs: number;
}

/** GraphQL over WebSocket (graphql-transport-ws) behind an HTTP server. */
export function createWebSockets(parts: SocketParts & WebSocketParts, limits: KeylessLimits): WebSockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    // Costs memory for every connection and fragments it; the messages are small.
    perMessageDeflate: false,
    // Without a protocol that it offered, a client rejects the connection before it could learn which one to use.
    handleProtocols: (offered) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : [...offered][0]!,
  });
  const graphql = makeServer(socketOperations(parts));
  const turns = new Turns();
  const states = new Map<WebSocket, SocketState>();
  const keyless = new KeylessSockets(limits);
  /** Sockets that have sent something since the last ping. */
  const alive = new WeakSet<WebSocket>();
  const stopKeepAlive = keepAlive(server, alive);
  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const entry = parts.live.add(liveSocket(socket));
    const state: SocketState = {
      socket,
      headers: request.headers,
      secret: null,
      use(caller) {
        keyless.delete(socket);
        entry.use(caller);
        state.organizationId = caller.organizationId;
      },
      countOperations: () => 0,
      payloads: new WrittenPayloads(),
      organizationId: 'keyless',
    };
    states.set(socket, state);
    if (keyless.add(socket) !== null) parts.metrics.limitsBroken.inc({ limit: 'keylessSockets' });
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) refuseProtocol(socket);
    const sender = new SocketSender(socket, {
      connection: request.socket,
      memory: parts.memory,
      organizationId: () => state.organizationId,
      stallMs: parts.stallMs,
      moved: () => alive.add(socket),
      stalled: () => parts.metrics.limitsBroken.inc({ limit: 'unreadResponse' }),
    });
    const closed = graphql.opened(transport(state, sender, { turns, logger: parts.logger }), state);
    socket.once('close', (code, reason) => {
      states.delete(socket);
      keyless.delete(socket);
      entry.remove();
      // Thousands of sockets may close at once, for example with a proxy before them.
      turns.take(() => {
        closed(code, reason.toString()).catch((error) =>
          parts.logger.error({ err: error }, 'The operations of a closed WebSocket could not be stopped.'),
        );
      });
    });
  });
  return {
    upgrade: (req, socket, head) =>
      turns.take(() =>
        server.handleUpgrade(req, socket, head, (webSocket) => server.emit('connection', webSocket, req)),
      ),
    count: () => states.size,
    countOperations: () => [...states.values()].reduce((sum, state) => sum + state.countOperations(), 0),
    terminate() {
      stopKeepAlive();
      for (const socket of states.keys()) socket.terminate();
    },
  };
}

/** A client of the older protocol passes this message on to its caller, unlike the reason of the close. */
function refuseProtocol(socket: WebSocket): void {
  if (socket.protocol === olderProtocol)
    socket.send(JSON.stringify({ type: 'connection_error', payload: { message: whichProtocol } }));
  socket.close(closeCode.protocolNotAcceptable, whichProtocol);
}

const olderProtocol = 'graphql-ws';

/** The older of the two GraphQL protocols is called graphql-ws, like the library for the newer one. */
const whichProtocol =
  'Use the subprotocol graphql-transport-ws (library graphql-ws). The protocol of subscriptions-transport-ws is not supported.';

function liveSocket(socket: WebSocket): LiveConnection {
  return {
    endRevoked: () => socket.close(closeCode.forbidden, 'The API key or session token was revoked or has expired.'),
    endUnavailable: () =>
      socket.close(closeCode.tryAgainLater, 'The database is unreachable. Reconnect and resume from the last cursor.'),
    endShutdown: () => socket.close(closeCode.goingAway, 'The server is shutting down. Reconnect.'),
  };
}

/** A socket with the interface that graphql-ws requires. */
function transport(
  { socket, payloads }: SocketState,
  sender: SocketSender,
  parts: { turns: Turns; logger: Logger },
): GraphQLSocket {
  // By then ws has closed the socket with a code for the invalid frame.
  socket.on('error', (error) => parts.logger.debug({ err: error }, 'A WebSocket failed.'));
  return {
    protocol: socket.protocol,
    send: (message) => sender.send(payloads.complete(message)),
    close: (code, reason) => socket.close(code, reason),
    onMessage: (handle) => passMessages(socket, handle, parts),
  };
}

/** Pings every socket; one that has not answered by the next round, and has not read any part of a long message, is terminated. */
function keepAlive(server: WebSocketServer, alive: WeakSet<WebSocket>): () => void {
  server.on('connection', (socket: WebSocket) => {
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
  });
  const timer = setInterval(() => {
    for (const socket of server.clients) {
      if (alive.delete(socket)) socket.ping();
      else socket.terminate();
    }
  }, keepAliveMs);
  return () => clearInterval(timer);
}
