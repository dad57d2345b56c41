import type { Kysely } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { Logger } from '../../log.ts';
import { listUsableKeyIds } from '../../organizations/keys.repository.ts';

/** A connection that outlives the moment its key was looked at: a WebSocket or a stream over HTTP. */
export interface LiveConnection {
  /** The keys it works with; none yet, or ever, without a key. */
  apiKeyIds(): Iterable<string>;
  /** A key of it holds no longer. */
  endRevoked(): void;
  /** The process ends; the client is to come back, so nothing may look finished. */
  endShutdown(): void;
  /** Nothing can be sent at present for want of the database; the client is to come back and go on from its last cursor. */
  endUnavailable(): void;
}

/** Every live connection of the process, so that they end with their keys and with the process. */
export class LiveConnections {
  readonly connections = new Set<LiveConnection>();
  readonly resources: { db: Kysely<DB>; logger: Logger };
  readonly timer: NodeJS.Timeout;
  closed = false;
  /** The look-up that runs; the next one waits for it. */
  checking: Promise<void> = Promise.resolve();

  constructor(resources: { db: Kysely<DB>; logger: Logger }, revalidateMs: number) {
    this.resources = resources;
    this.timer = setInterval(() => void this.revalidate(), revalidateMs);
  }

  /** @returns what takes it off the list again. One that comes too late, during a shutdown, ends at once. */
  add(connection: LiveConnection): () => void {
    if (this.closed) connection.endShutdown();
    this.connections.add(connection);
    return () => this.connections.delete(connection);
  }

  countWithKey(apiKeyId: string): number {
    let count = 0;
    for (const connection of this.connections) if ([...connection.apiKeyIds()].includes(apiKeyId)) count += 1;
    return count;
  }

  /** Ends the connections whose keys were revoked or have expired. When the database cannot be asked, they stay. */
  revalidate(): Promise<void> {
    this.checking = this.checking.then(() => this.endUnusable()).catch((error) => this.report(error));
    return this.checking;
  }

  async endUnusable(): Promise<void> {
    const ids = new Set([...this.connections].flatMap((connection) => [...connection.apiKeyIds()]));
    if (ids.size === 0) return;
    const usable = new Set(await listUsableKeyIds(this.resources.db, [...ids]));
    for (const connection of this.connections)
      if ([...connection.apiKeyIds()].some((id) => ids.has(id) && !usable.has(id))) connection.endRevoked();
  }

  /** Tells everybody that the database is away: a stream that is merely silent looks like one with nothing to tell. */
  endUnavailable(): void {
    for (const connection of [...this.connections]) connection.endUnavailable();
  }

  report(error: unknown): void {
    this.resources.logger.error({ err: error }, 'Whether keys of open connections still hold could not be looked up.');
  }

  /** Ends all of them for a shutdown. Resolves when no look-up uses the database any more. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.closed = true;
    for (const connection of [...this.connections]) connection.endShutdown();
    await this.checking;
  }
}
