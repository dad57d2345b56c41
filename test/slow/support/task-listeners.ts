import * as sseRecipe from '../../../examples/clients/graphql-sse.ts';
import * as wsRecipe from '../../../examples/clients/graphql-ws.ts';
import type { AnalysisEvent, AnalysisStatusChanged } from '../../../examples/clients/operations.ts';
import type { Server } from './batch.ts';

type Stream = { filter: { taskId: string }; after: string };

/** A client of examples/clients that follows all analyses of a task, and connects again by itself. */
export abstract class TaskListener {
  /** Over all connections, as they came. */
  readonly events: AnalysisStatusChanged[] = [];
  /** How often it has begun to connect. */
  connections = 0;
  /** Resolves when it has left; rejects when it could not go on. */
  abstract readonly ended: Promise<void>;
  protected isLeaving = false;
  readonly #watchers = new Set<() => void>();

  /** Leaves with the next event, because the stream of a task has no end. */
  leave(): void {
    this.isLeaving = true;
  }

  /** Resolves when the events so far fulfil the condition. */
  until(condition: (events: readonly AnalysisStatusChanged[]) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (!condition(this.events)) return;
      this.#watchers.delete(look);
      resolve();
    };
    this.#watchers.add(look);
    look();
    return promise;
  }

  protected hear(event: AnalysisEvent): void {
    if (event.__typename === 'StreamResync') throw new Error(`The stream has a gap: ${event.reason}.`);
    this.events.push(event);
    for (const watcher of this.#watchers) watcher();
  }
}

export class WebSocketListener extends TaskListener {
  readonly ended: Promise<void>;

  constructor(server: Server, stream: Stream) {
    super();
    const client = wsRecipe.connect(server);
    client.on('connecting', () => {
      this.connections += 1;
    });
    this.ended = wsRecipe.follow(client, stream, {
      changed: (event) => {
        if (this.isLeaving) void client.dispose();
        else this.hear(event);
      },
      readAgain: async (event) => this.hear(event),
    });
  }
}

export class EventStreamListener extends TaskListener {
  readonly ended: Promise<void>;

  constructor(server: Server, stream: Stream) {
    super();
    const client = sseRecipe.connect(server);
    const iterate: typeof client.iterate = (...args) => {
      this.connections += 1;
      return client.iterate(...args);
    };
    this.ended = this.#read(sseRecipe.follow({ ...client, iterate }, stream));
  }

  async #read(events: AsyncIterable<AnalysisEvent>): Promise<void> {
    for await (const event of events) {
      if (this.isLeaving) return;
      this.hear(event);
    }
  }
}
