import { connect, type SocketClient } from '../../support/client.ts';
import type { Server, TestBatch } from './batch.ts';

/** A change of an analysis as a client hears of it. */
export interface Change {
  cursor: string;
  analysisId: string;
  status: string;
  previousStatus: string | null;
}

const subscription = `subscription ($batchId: ID!, $after: String!) {
  analysisEvents(filter: { batchId: $batchId }, after: $after) {
    __typename
    ... on StreamEvent { cursor }
    ... on AnalysisStatusChanged { analysisId status previousStatus }
  }
}`;

export class ResyncError extends Error {
  constructor() {
    super('The server sent StreamResync.');
  }
}

/** A client of a batch's events that goes on from its last cursor with each connection, as the documentation tells it to. */
export class Follower {
  readonly batch: TestBatch;
  /** Over all connections, as they came. */
  readonly changes: Change[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(batch: TestBatch) {
    this.batch = batch;
  }

  /**
   * One connection, until the stream is completed, or the connection ends: then `completed` is false. Rejects with
   * {@link ResyncError} when the server cannot go on.
   */
  follow({ url, apiKey }: Server): Connection {
    const socket = connect(url, { apiKey });
    const after = this.changes.at(-1)?.cursor ?? this.batch.eventCursor;
    return { closed: socket.closed, completed: this.#read(socket, after) };
  }

  async #read(socket: SocketClient, after: string): Promise<boolean> {
    try {
      const events = socket.iterate<{ analysisEvents: Change & { __typename: string } }>({
        query: subscription,
        variables: { batchId: this.batch.id, after },
      });
      for await (const { data, errors } of events) {
        if (!data) throw new Error(`The stream failed: ${JSON.stringify(errors)}`);
        const { __typename, ...change } = data.analysisEvents;
        if (__typename === 'StreamResync') throw new ResyncError();
        this.changes.push(change);
        for (const watcher of this.#watchers) watcher();
      }
      return true;
    } catch (error) {
      // How graphql-ws tells that the socket was closed.
      if (error !== null && typeof error === 'object' && 'code' in error && 'reason' in error) return false;
      throw error;
    } finally {
      await socket.dispose();
    }
  }

  /** Resolves when the changes so far fulfil the condition. */
  until(condition: (changes: readonly Change[]) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (!condition(this.changes)) return;
      this.#watchers.delete(look);
      resolve();
    };
    this.#watchers.add(look);
    look();
    return promise;
  }

  /** Where each analysis stands after all changes so far. */
  statuses(): Map<string, string> {
    return new Map(this.changes.map(({ analysisId, status }) => [analysisId, status]));
  }

  idsIn(status: string): string[] {
    return [...this.statuses()].filter(([, now]) => now === status).map(([id]) => id);
  }
}

export interface Connection {
  completed: Promise<boolean>;
  closed: SocketClient['closed'];
}

/** Resolves with whether enough have succeeded and some run, so that a blow now hits the middle of the batch. */
export function inTheMiddle(changes: readonly Change[]): boolean {
  const now = new Map(changes.map(({ analysisId, status }) => [analysisId, status]));
  const counts = Object.groupBy(now.values(), (status) => status);
  return (counts.SUCCEEDED?.length ?? 0) >= 2 && (counts.RUNNING?.length ?? 0) >= 1;
}
