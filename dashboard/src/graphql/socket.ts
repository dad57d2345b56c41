import { type Client, createClient } from 'graphql-ws';
import type { Connection } from './connection.ts';
import { socketEndpoint } from './endpoint.ts';
import { resuming } from './resuming.ts';

/** The server closes sockets with this when the token is unknown, revoked or expired: to connect again would not help. */
const forbidden = 4403;
/** A network that disappears closes nothing: a socket whose ping is not answered within this is replaced. */
const pingMs = 10_000;

export interface SocketOptions {
  connection: Connection;
  /** The token at the time of each connection, which may be a renewed one. */
  token(): string;
  /** The server no longer accepts the token. */
  onForbidden(): void;
}

/** One WebSocket for all subscriptions of the page. It connects again for ever, and each stream resumes where it was. */
export function createSocket({ connection, token, onForbidden }: SocketOptions): Client {
  let unanswered: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: socketEndpoint,
    connectionParams: () => ({ apiKey: token() }),
    keepAlive: pingMs,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => closeCodeOf(event) !== forbidden,
    retryWait: backOff,
    on: {
      connecting: (isRetry) => !isRetry && connection.set('connecting'),
      connected: () => connection.set('open'),
      closed(event) {
        clearTimeout(unanswered);
        const code = closeCodeOf(event);
        connection.set(code === 1000 ? 'idle' : 'lost');
        if (code === forbidden) onForbidden();
      },
      ping(received) {
        if (!received) unanswered = setTimeout(() => client.terminate(), pingMs / 2);
      },
      pong(received) {
        if (received) clearTimeout(unanswered);
      },
    },
  });
  return resuming(client);
}

function closeCodeOf(event: unknown): number | null {
  return event instanceof CloseEvent ? event.code : null;
}

/** 0.25 s, 0.5 s, … 15 s, and up to as much again, so that not all pages come back at once. At once when the network is back. */
function backOff(failures: number): Promise<void> {
  const ms = Math.min(250 * 2 ** failures, 15_000) * (1 + Math.random());
  return new Promise((resolve) => {
    const timer = setTimeout(finish, ms);
    window.addEventListener('online', finish);
    function finish(): void {
      clearTimeout(timer);
      window.removeEventListener('online', finish);
      resolve();
    }
  });
}
