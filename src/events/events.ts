import { createSecretKey, type KeyObject } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Logger } from '../log.ts';
import { type CursorKey, encodeCursor } from './cursor.ts';
import { checkEpoch } from './epoch.ts';
import type { EventKind, Position } from './event.ts';
import type { Hints } from './hints.ts';
import { Hub } from './hub.ts';
import { defaultLimits, type HubLimits, type HubStats } from './hub-figures.ts';
import { openStream } from './open-stream.ts';
import { readSnapshot } from './snapshot.ts';
import type { StreamItem, StreamRequest } from './stream.ts';
import { readStreamPage, type StreamPage } from './stream-page.ts';
import { pointAt } from './stream-start.ts';

/** The event log as subscriptions see it; one per process. */
export interface Events {
  /**
   * See {@link openStream}.
   * @throws InvalidCursorError when `after` is no cursor at all.
   */
  open<Kind extends EventKind>(request: StreamRequest<Kind>): AsyncIterableIterator<StreamItem<Kind>>;
  /**
   * See {@link readStreamPage}.
   * @throws InvalidCursorError when `after` is no cursor at all.
   */
  read<Kind extends EventKind>(request: StreamRequest<Kind>, first: number): Promise<StreamPage<Kind>>;
  /** Taken before present state is read: a stream from here delivers every change that the reading did not show. */
  currentCursor(): Promise<string>;
  /** `{ xid: batch.created_xid, id: '0' }`: before the batch's first event. */
  cursorAt(position: Position): string;
  stats(): Readonly<HubStats>;
  /**
   * Calls the listener when streams have been cut off from the log for some seconds. They would resume by themselves, but cannot
   * inform their clients.
   */
  onUnreachable(listener: () => void): void;
  /** Whether {@link close} was called. */
  readonly closing: boolean;
  /**
   * Stops the tail. Open streams neither deliver events nor end until their holder calls `return()`. Close the sockets with 1001
   * after this, so that no client mistakes it for the end of its stream.
   */
  close(): void;
}

export interface EventsOptions {
  db: Kysely<DB>;
  hints: Hints;
  logger: Logger;
  /** Smaller ones for tests; see {@link HubLimits} for the defaults. */
  limits?: Partial<HubLimits>;
}

/** Reads the key that signs cursors, and begins a new epoch if this database was restored into another cluster. */
export async function createEvents({ db, hints, logger, limits }: EventsOptions): Promise<Events> {
  const key: CursorKey = { epoch: await checkEpoch(db), secret: await readCursorSecret(db) };
  const hub = new Hub({ db, hints, logger, key, limits: { ...defaultLimits, ...limits } });
  return {
    open: (request) => openStream(hub, request),
    read: (request, first) => readStreamPage(hub, request, first),
    currentCursor: async () => encodeCursor(key, pointAt(await readSnapshot(db))),
    cursorAt: (position) => encodeCursor(key, { position, snapshot: null, toldUpTo: null }),
    stats: () => hub.stats,
    onUnreachable: (listener) => void hub.onUnreachable.add(listener),
    get closing() {
      return hub.closing;
    },
    close: () => hub.close(),
  };
}

async function readCursorSecret(db: Kysely<DB>): Promise<KeyObject> {
  const { rows } = await sql<{ value: Buffer }>`select value from secret where name = 'cursor'`.execute(db);
  if (!rows[0])
    throw new Error(
      'The table secret has no row "cursor", which the first migration creates. Restore it from a backup.',
    );
  return createSecretKey(rows[0].value);
}
