/** What GraphQL clients send to subscribe. */
interface Request {
  query: string;
  variables?: Record<string, unknown> | null;
}

interface Sink<Result> {
  next(result: Result): void;
  error(error: unknown): void;
  complete(): void;
}

/** A client of graphql-ws, or any other with the same `subscribe`. */
interface SubscribingClient {
  // biome-ignore lint/suspicious/noExplicitAny: each client has types of its own for the same thing
  subscribe(request: any, sink: any): () => void;
}

/**
 * Makes a graphql-ws client resume after the last event that it received whenever it reconnects by itself. For operations
 * with a variable `after` that select the `cursor` of their events.
 */
export function resuming<Client extends SubscribingClient>(client: Client): Client {
  return {
    ...client,
    subscribe(request: Request, sink: Sink<unknown>) {
      // The client sends this same object again after a cut, so a change in it takes effect then.
      const repeated = { ...request, variables: { ...request.variables } };
      return client.subscribe(repeated, {
        next(result: unknown) {
          remember(repeated.variables, result);
          sink.next(result);
        },
        error: (error: unknown) => sink.error(error),
        complete: () => sink.complete(),
      });
    },
  };
}

/** Stores the position of a stream in `variables.after`. An event counts as received when it arrives, not when it is read from a queue. */
export function remember(variables: Record<string, unknown>, result: unknown): void {
  const [event] = Object.values((result as { data?: Record<string, { cursor?: string } | null> | null }).data ?? {});
  if (event?.cursor) variables.after = event.cursor;
}

/** Waits before the next attempt, by the number of failures: 0.25 s, 0.5 s, … 15 s, plus up to as much at random, so that clients do not all return at once. */
export function backOff(failures: number): Promise<void> {
  const ms = Math.min(250 * 2 ** failures, 15_000);
  return new Promise((resolve) => setTimeout(resolve, ms * (1 + Math.random())));
}
