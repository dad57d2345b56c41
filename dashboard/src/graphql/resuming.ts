import type { Client, FormattedExecutionResult, Sink, SubscribePayload } from 'graphql-ws';

/**
 * Makes a graphql-ws client resume each stream after the last event that arrived, whenever it connects again. It works for
 * subscriptions that declare `$after` and select the `cursor` of their events.
 */
export function resuming(client: Client): Client {
  return {
    ...client,
    subscribe(payload: SubscribePayload, sink: Sink): () => void {
      // The client sends this object again after each lost connection, so what changes in it is what is asked for then.
      const repeated = { ...payload, variables: { ...payload.variables } };
      return client.subscribe<Record<string, unknown>, unknown>(repeated, {
        next(result) {
          const cursor = cursorOf(result);
          if (cursor !== null) repeated.variables.after = cursor;
          sink.next(result as never);
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      });
    },
  };
}

/** Null for streams of which only the latest event counts. */
function cursorOf({ data }: FormattedExecutionResult<Record<string, unknown>, unknown>): string | null {
  const [event] = Object.values(data ?? {}) as ({ cursor?: string } | null)[];
  return event?.cursor ?? null;
}
