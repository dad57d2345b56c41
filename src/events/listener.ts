import pg from 'pg';
import type { Logger } from '../log.ts';
import { Backoff } from '../shared/backoff.ts';
import { defaultHeartbeat, type Heartbeat, startHeartbeat } from './heartbeat.ts';
import type { ListenerSession } from './listener-session.ts';

export interface ListenerOptions {
  /** A direct session: behind a pooler in transaction mode, LISTEN receives nothing. */
  url: string;
  channels: readonly string[];
  onNotification(channel: string, payload: string): void;
  /** Listening again after an interruption, in which notifications were lost. */
  onReconnected(): void;
  /** The server no longer responds, at least on this connection. */
  onSilence?(): void;
  heartbeat?: Heartbeat;
  session?: ListenerSession | undefined;
  logger: Logger;
}

export interface Listener {
  /** Resolves when it listens for the first time, or when it is closed before that. */
  ready: Promise<void>;
  close(): Promise<void>;
}

/** Clients that wait for the server should not wait much longer than it is away. */
const delays = { firstMs: 100, longestMs: 3_000 };
/** For the connection and for each LISTEN. */
const answerTimeoutMs = 5_000;

/** A connection that only runs LISTEN and a heartbeat. When it breaks, it is opened again until that succeeds. */
export function startListener(options: ListenerOptions): Listener {
  const ready = Promise.withResolvers<void>();
  const stop = new AbortController();
  const running = run(options, stop.signal, ready.resolve).finally(ready.resolve);
  return {
    ready: ready.promise,
    close() {
      stop.abort();
      return running;
    },
  };
}

async function run(options: ListenerOptions, stop: AbortSignal, onFirst: () => void): Promise<void> {
  let connected = 0;
  const backoff = new Backoff(delays);
  while (!stop.aborted) {
    try {
      await listenUntilBroken(options, stop, () => {
        backoff.reset();
        if (connected++ === 0) onFirst();
        else options.onReconnected();
      });
    } catch (error) {
      const delayMs = backoff.next();
      options.logger.warn({ err: error, delayMs }, 'Not listening for notifications. Connecting again.');
      // So that not all processes reconnect at the same moment.
      await pause(delayMs * (0.75 + Math.random() / 2), stop);
    }
  }
}

/** Rejects when the connection cannot be made or breaks; returns when stopped. */
async function listenUntilBroken(options: ListenerOptions, stop: AbortSignal, onListening: () => void): Promise<void> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: 'sightline-listen',
    connectionTimeoutMillis: answerTimeoutMs,
  });
  let stopBeating = () => {};
  const over = Promise.withResolvers<void>();
  // Both can happen before `over` is awaited.
  over.promise.catch(() => undefined);
  client.on('error', over.reject);
  client.on('end', () => over.reject(new Error('The listening connection was closed.')));
  client.on('notification', ({ channel, payload }) => options.onNotification(channel, payload ?? ''));
  stop.addEventListener('abort', () => over.resolve(), { once: true });
  try {
    await Promise.race([client.connect(), over.promise]);
    if (stop.aborted) return;
    await options.session?.begin(client);
    for (const channel of options.channels)
      await client.query({
        text: `listen ${pg.escapeIdentifier(channel)}`,
        query_timeout: answerTimeoutMs,
      } as pg.QueryConfig);
    onListening();
    stopBeating = startHeartbeat(client, options.heartbeat ?? defaultHeartbeat, (error) => {
      options.onSilence?.();
      over.reject(error);
    });
    await over.promise;
  } finally {
    stopBeating();
    options.session?.end();
    // It cuts a connection on which a query has no response, and closes any other properly.
    await client
      .end()
      .catch((error: unknown) => options.logger.debug({ err: error }, 'The listening connection did not end cleanly.'));
  }
}

function pause(delayMs: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    stop.addEventListener('abort', done, { once: true });
  });
}
