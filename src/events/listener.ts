import pg from 'pg';
import type { Logger } from '../log.ts';
import { Backoff } from '../shared/backoff.ts';
import { defaultHeartbeat, type Heartbeat, startHeartbeat } from './heartbeat.ts';

export interface ListenerOptions {
  /** A session of its own: behind a pooler in transaction mode LISTEN hears nothing. */
  url: string;
  channels: readonly string[];
  onNotification(channel: string, payload: string): void;
  /** Listening again after a break, in which notifications were lost. */
  onReconnected(): void;
  /** The server has stopped to answer, on this connection at least. */
  onSilence?(): void;
  heartbeat?: Heartbeat;
  logger: Logger;
}

export interface Listener {
  /** Settles when it listens for the first time, or is closed before. */
  ready: Promise<void>;
  close(): Promise<void>;
}

/** What waits for the server to come back should not wait much longer than it takes. */
const delays = { firstMs: 100, longestMs: 3_000 };
/** For the connection and for each LISTEN. */
const answerTimeoutMs = 5_000;

/** One connection that runs nothing but LISTEN and its heartbeat, opened again for as long as it takes whenever it breaks. */
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
      // Not all processes at the same moment.
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
  // Both can come while nobody awaits `over` yet.
  over.promise.catch(() => undefined);
  client.on('error', over.reject);
  client.on('end', () => over.reject(new Error('The listening connection was closed.')));
  client.on('notification', ({ channel, payload }) => options.onNotification(channel, payload ?? ''));
  stop.addEventListener('abort', () => over.resolve(), { once: true });
  try {
    await Promise.race([client.connect(), over.promise]);
    if (stop.aborted) return;
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
    // With a question that has no answer it cuts the connection; else it says good-bye.
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
