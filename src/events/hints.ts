import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Logger } from '../log.ts';
import { Coalescer } from './coalescer.ts';
import type { Heartbeat } from './heartbeat.ts';
import { type Listener, startListener } from './listener.ts';
import type { ListenerSession } from './listener-session.ts';

export type HintKind = 'eventsWritten' | 'jobsCanceled' | 'picturesMade';

/**
 * Tells this process and the others to look now. It is only a hint: it may be lost or arrive twice, so every listener also looks by
 * itself from time to time.
 */
export interface Hints {
  /** Call it after a commit that appended events. */
  eventsWritten(): void;
  /** Call it after a commit that cancelled analyses or deleted pictures. */
  jobsCanceled(): void;
  /** Call it when a picture that requests may wait for is in the store, or cannot be made. */
  picturesMade(): void;
  /**
   * Calls the listener for each hint of the kind, from this process or another, and whenever hints of others may have been lost.
   * @returns a function that ends it.
   */
  on(kind: HintKind, listener: () => void): () => void;
  /** Starts to receive hints of other processes; resolves when it does. Hints of this process arrive even without it. */
  start(): Promise<void>;
  /** Sends what is pending and stops listening. */
  close(): Promise<void>;
}

export interface HintsOptions {
  db: Kysely<DB>;
  /** For LISTEN: a direct connection (`databaseDirectUrl ?? databaseUrl`), because it does not work through poolers. */
  listenUrl: string;
  /** The database no longer responds, see {@link startListener}. */
  onSilence?(): void;
  heartbeat?: Heartbeat;
  /** What the LISTEN connection is also used for. */
  session?: ListenerSession | undefined;
  logger: Logger;
}

const channels: Record<HintKind, string> = {
  eventsWritten: 'sightline_events',
  jobsCanceled: 'sightline_canceled',
  picturesMade: 'sightline_pictures',
};
const kinds = Object.keys(channels) as HintKind[];

/** NOTIFY takes a lock of the whole cluster at commit. 40 per second and process do no harm; one per commit does. */
const windowMs = 25;

/** Connects to nothing before it is used. */
export function createHints({ db, listenUrl, logger, ...connection }: HintsOptions): Hints {
  // Distinguishes this process's own notifications, which it receives as well, from those of others.
  const self = randomBytes(6).toString('base64url');
  const listeners: Record<HintKind, Set<() => void>> = {
    eventsWritten: new Set(),
    jobsCanceled: new Set(),
    picturesMade: new Set(),
  };
  const sending = new Set<Promise<void>>();
  let listener: Listener | null = null;

  const deliver = (kind: HintKind) => {
    for (const listen of listeners[kind]) listen();
  };
  const send = (kind: HintKind) => {
    const sent = notify(db, channels[kind], self)
      .catch((error: unknown) =>
        logger.warn({ err: error, kind }, 'A hint was not sent. Other processes notice the change later.'),
      )
      .finally(() => sending.delete(sent));
    sending.add(sent);
  };
  const coalescers: Record<HintKind, Coalescer> = {
    eventsWritten: new Coalescer(windowMs, () => send('eventsWritten')),
    jobsCanceled: new Coalescer(windowMs, () => send('jobsCanceled')),
    picturesMade: new Coalescer(windowMs, () => send('picturesMade')),
  };
  const hint = (kind: HintKind) => {
    deliver(kind);
    coalescers[kind].request();
  };

  return {
    eventsWritten: () => hint('eventsWritten'),
    jobsCanceled: () => hint('jobsCanceled'),
    picturesMade: () => hint('picturesMade'),
    on(kind, listen) {
      // Wrapped, so that one function given twice is two listeners.
      const entry = () => listen();
      listeners[kind].add(entry);
      return () => listeners[kind].delete(entry);
    },
    start() {
      listener ??= startListener({
        url: listenUrl,
        channels: Object.values(channels),
        logger,
        ...connection,
        onNotification(channel, payload) {
          const kind = kinds.find((candidate) => channels[candidate] === channel);
          if (kind && payload !== self) deliver(kind);
        },
        onReconnected: () => kinds.forEach(deliver),
      });
      return listener.ready;
    },
    async close() {
      for (const kind of kinds) coalescers[kind].close();
      await listener?.close();
      await Promise.all(sending);
    },
  };
}

async function notify(db: Kysely<DB>, channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(db);
}
