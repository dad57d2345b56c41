import type { WebSocket } from 'ws';
import { closeCode } from './socket-close.ts';

export interface KeylessLimits {
  /** Per process. One more closes the oldest. */
  maxSockets: number;
  /** How long a socket stays open without a key. */
  lifetimeMs: number;
}

/** GraphiQL connects before it has a key, and reads the schema until it has one. */
export const keylessLimits: KeylessLimits = { maxSockets: 200, lifetimeMs: 60_000 };

/**
 * Sockets that have not sent a key yet: few, and not for long, so that connections and file descriptors are left for clients with a
 * key. Beyond the limit the oldest is closed, not the newest: a client with a key sends it within moments, so clients that open
 * sockets without one cannot keep others out.
 */
export class KeylessSockets {
  readonly #limits: KeylessLimits;
  /** In the order in which they were opened. */
  readonly #timers = new Map<WebSocket, NodeJS.Timeout>();

  constructor(limits: KeylessLimits) {
    this.#limits = limits;
  }

  /** @returns the socket that was closed for it; null: there was room */
  add(socket: WebSocket): WebSocket | null {
    const { maxSockets, lifetimeMs } = this.#limits;
    const end = () =>
      socket.close(
        closeCode.unauthorized,
        `No API key was received within ${lifetimeMs / 1000} s. Connect again with a key.`,
      );
    this.#timers.set(socket, setTimeout(end, lifetimeMs));
    if (this.#timers.size <= maxSockets) return null;
    const oldest = this.#timers.keys().next().value as WebSocket;
    this.delete(oldest);
    oldest.close(closeCode.tryAgainLater, 'Too many sockets are open without an API key. Connect again with a key.');
    // Without the usual wait for the client to close as well: the file descriptor is needed.
    setImmediate(() => oldest.terminate());
    return oldest;
  }

  /** It has sent a key, or has closed. */
  delete(socket: WebSocket): void {
    clearTimeout(this.#timers.get(socket));
    this.#timers.delete(socket);
  }
}
