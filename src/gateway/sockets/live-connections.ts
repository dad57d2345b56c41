import type { Kysely } from 'kysely';
import { type Caller, credentialId } from '../../context.ts';
import type { DB } from '../../database/types.generated.ts';
import type { Logger } from '../../log.ts';
import { listUsableKeyIds } from '../../organizations/keys.repository.ts';
import { listUsableTokenIds } from '../../organizations/session-tokens.repository.ts';
import { ExpiryTimer } from './expiry-timer.ts';

/** A connection that outlives the check of its key: a WebSocket or a stream over HTTP. */
export interface LiveConnection {
  /** A key or session token that it uses is no longer valid. */
  endRevoked(): void;
  /** The process ends; the client should reconnect, so nothing may look completed. */
  endShutdown(): void;
  /**
   * Nothing can be sent at present, because the database is unreachable; the client should reconnect and resume from its last
   * cursor.
   */
  endUnavailable(): void;
}

/** What the holder of a connection reports about it. */
export interface LiveEntry {
  /** From now on it also uses this caller's key or token, and ends with it. */
  use(caller: Caller): void;
  /** It has closed. */
  remove(): void;
}

interface Held {
  /** By the key or token that was sent; without one, under none. */
  callers: Map<string, Caller>;
  expiry: ExpiryTimer;
}

/** All live connections of the process, so that they end with their keys and tokens, and with the process. */
export class LiveConnections {
  readonly connections = new Map<LiveConnection, Held>();
  readonly resources: { db: Kysely<DB>; logger: Logger };
  readonly timer: NodeJS.Timeout;
  closed = false;
  /** The look-up in progress; the next one waits for it. */
  checking: Promise<void> = Promise.resolve();

  constructor(resources: { db: Kysely<DB>; logger: Logger }, revalidateMs: number) {
    this.resources = resources;
    this.timer = setInterval(() => void this.revalidate(), revalidateMs);
  }

  /** One that is opened during a shutdown ends at once. */
  add(connection: LiveConnection): LiveEntry {
    if (this.closed) connection.endShutdown();
    const held: Held = { callers: new Map(), expiry: new ExpiryTimer(() => connection.endRevoked()) };
    this.connections.set(connection, held);
    return {
      use(caller) {
        held.callers.set(credentialId(caller), caller);
        held.expiry.watch(caller.expiresAt);
      },
      remove: () => {
        held.expiry.stop();
        this.connections.delete(connection);
      },
    };
  }

  /** Connections that use the same key or session token. */
  countOf(caller: Caller): number {
    const id = credentialId(caller);
    let count = 0;
    for (const { callers } of this.connections.values()) if (callers.has(id)) count += 1;
    return count;
  }

  /** Ends the connections whose keys or tokens were revoked. When the database cannot be queried, they stay open. */
  revalidate(): Promise<void> {
    this.checking = this.checking.then(() => this.endUnusable()).catch((error) => this.report(error));
    return this.checking;
  }

  async endUnusable(): Promise<void> {
    const asked = new Map([...this.connections.values()].flatMap(({ callers }) => [...callers]));
    if (asked.size === 0) return;
    const isUsable = await this.findUsable([...asked.values()]);
    for (const [connection, { callers }] of this.connections)
      if ([...callers].some(([id, caller]) => asked.has(id) && !isUsable(caller))) connection.endRevoked();
  }

  async findUsable(asked: readonly Caller[]): Promise<(caller: Caller) => boolean> {
    const { db } = this.resources;
    const keyIds = new Set(asked.map(({ apiKeyId }) => apiKeyId));
    const tokenIds = new Set(asked.flatMap(({ session }) => session?.tokenId ?? []));
    const keys = new Set(await listUsableKeyIds(db, [...keyIds]));
    const tokens = new Set(tokenIds.size === 0 ? [] : await listUsableTokenIds(db, [...tokenIds]));
    return ({ apiKeyId, session }) => keys.has(apiKeyId) && (session === null || tokens.has(session.tokenId));
  }

  /** Ends all connections because the database is unreachable: a silent stream would look like one without events. */
  endUnavailable(): void {
    for (const connection of [...this.connections.keys()]) connection.endUnavailable();
  }

  report(error: unknown): void {
    this.resources.logger.error(
      { err: error },
      'Could not check whether the keys of open connections are still valid.',
    );
  }

  /** Ends all of them for a shutdown. Resolves when no look-up uses the database any more. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.closed = true;
    for (const connection of [...this.connections.keys()]) connection.endShutdown();
    await this.checking;
  }
}
