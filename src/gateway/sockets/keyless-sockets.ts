import type { WebSocket } from 'ws';
import { closeCode } from './socket-close.ts';

export interface KeylessLimits {
  /** Of the process. One more ends the oldest. */
  maxSockets: number;
  /** How long a socket stays open without a key. */
  lifetimeMs: number;
}

/** GraphiQL connects before it has a key, and reads the schema until it has one. */
export const keylessLimits: KeylessLimits = { maxSockets: 200, lifetimeMs: 60_000 };

/**
 * Sockets that have shown no key yet: few, and not for long, so that connections and file descriptors are left for those that
 * have one. Beyond the number the oldest goes, not the newest: a client with a key shows it within moments, so whoever opens
 * sockets without one keeps nobody out.
 */
export class KeylessSockets {
  readonly #limits: KeylessLimits;
  /** In the order that they came. */
  readonly #timers = new Map<WebSocket, NodeJS.Timeout>();

  constructor(limits: KeylessLimits) {
    this.#limits = limits;
  }

  /** @returns the socket that had to go for it; null: there was room */
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
    // Without the usual wait for the client to close as well: it is the descriptor that is wanted.
    setImmediate(() => oldest.terminate());
    return oldest;
  }

  /** It has shown a key, or is gone. */
  delete(socket: WebSocket): void {
    clearTimeout(this.#timers.get(socket));
    this.#timers.delete(socket);
  }
}
