import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Logger } from '../log.ts';
import { Coalescer } from './coalescer.ts';
import type { Heartbeat } from './heartbeat.ts';
import { type Listener, startListener } from './listener.ts';

export type HintKind = 'eventsWritten' | 'jobsCanceled' | 'picturesMade';

/**
 * Says "look now" inside this process and to the others. Only ever a hint: it may be lost or come twice, so whoever listens
 * also looks by itself from time to time.
 */
export interface Hints {
  /** To be called after a commit that appended events. */
  eventsWritten(): void;
  /** To be called after a commit that canceled analyses, or deleted pictures. */
  jobsCanceled(): void;
  /** To be called when a picture that requests may wait for is in the store, or known to be impossible. */
  picturesMade(): void;
  /**
   * Calls the listener for each hint of the kind, of this process or another, and after each break in hearing the others.
   * @returns ends it.
   */
  on(kind: HintKind, listener: () => void): () => void;
  /** Begins to hear other processes; resolves when it does. Until then, and without it, hints of this process arrive. */
  start(): Promise<void>;
  /** Sends what is pending and stops listening. */
  close(): Promise<void>;
}

export interface HintsOptions {
  db: Kysely<DB>;
  /** For LISTEN: a direct connection (`databaseDirectUrl ?? databaseUrl`), since poolers swallow it. */
  listenUrl: string;
  /** The database has stopped to answer, see {@link startListener}. */
  onSilence?(): void;
  heartbeat?: Heartbeat;
  logger: Logger;
}

const channels: Record<HintKind, string> = {
  eventsWritten: 'sightline_events',
  jobsCanceled: 'sightline_canceled',
  picturesMade: 'sightline_pictures',
};
const kinds = Object.keys(channels) as HintKind[];

/** A NOTIFY takes a lock of the whole cluster at commit: 40 a second and process are harmless, one a commit is not. */
const windowMs = 25;

/** Connects to nothing before it is used. */
export function createHints({ db, listenUrl, logger, ...liveness }: HintsOptions): Hints {
  // Tells own notifications from others', which are heard by this process as well.
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
        ...liveness,
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
