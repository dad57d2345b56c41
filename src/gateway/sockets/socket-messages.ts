import type { WebSocket } from 'ws';
import type { Logger } from '../../log.ts';
import type { Turns } from '../../shared/turns.ts';
import { byteOrderMark, checkJsonBounds, jsonBounds } from '../http/read-json.ts';
import { closeCode } from './socket-close.ts';
import { maxOperationsPerSocket } from './socket-operations.ts';

/** They cost nothing and precede or follow no operation, so they need not wait for those of other clients. */
const free: ReadonlySet<unknown> = new Set(['connection_init', 'ping', 'pong']);

interface MessageParts {
  /** Taken by operations: thousands of them begin at once when clients come back. */
  turns: Turns;
  logger: Logger;
}

/** Passes the messages of a socket on, operations when it is their turn. */
export function passMessages(
  socket: WebSocket,
  handle: (message: string) => Promise<void>,
  { turns, logger }: MessageParts,
): void {
  let waiting = 0;
  const pass = (message: unknown) => {
    // graphql-ws takes a message that has been parsed, although its type does not say so. It keeps the text of each subscription.
    handle(message as string).catch((error) => {
      logger.error({ err: error }, 'A WebSocket message could not be handled.');
      socket.close(closeCode.tryAgainLater, 'Internal error. Reconnect.');
    });
  };
  socket.on('message', (data) => {
    const message = readMessage(socket, data.toString());
    if (message === null) return;
    if (free.has((message as { type?: unknown }).type)) return pass(message);
    waiting += 1;
    if (waiting >= maxOperationsPerSocket) socket.pause();
    turns.take(() => {
      waiting -= 1;
      if (socket.isPaused && waiting < maxOperationsPerSocket) socket.resume();
      // A subscription that began now would never be left.
      if (socket.readyState === socket.OPEN) pass(message);
    });
  });
}

/** A message for graphql-ws; null: it exceeds a limit, and the socket is closed. Of a text that is no JSON, the text, which it rejects. */
function readMessage(socket: WebSocket, data: string): unknown {
  const text = data.startsWith(byteOrderMark) ? data.slice(1) : data;
  try {
    checkJsonBounds(text, 'The message', jsonBounds);
  } catch (error) {
    socket.close(closeCode.badRequest, (error as Error).message);
    return null;
  }
  try {
    return JSON.parse(text) ?? text;
  } catch {
    return text;
  }
}
