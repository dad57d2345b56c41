import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';

/** A result that may have its JSON, which is written once for all streams that share it. Yoga uses it as well. */
export interface EventResult extends ExecutionResult {
  stringify?(): string;
}

/** The response to one event. */
export interface EventResponse {
  /** No other stream has this object, but others may have its data. */
  result: EventResult;
  /** To be released once, when it was sent or will not be. */
  room: { release(): void };
}

/**
 * The responses of a subscription: each event of its source is executed when it is requested. Leaving the stream leaves the source, even
 * while it waits for an event.
 *
 * A class without closures: thousands of them are open at a time.
 */
export class ResponseStream implements AsyncIterableIterator<ExecutionResult, void, undefined> {
  /** Called once, when the stream has ended, failed or been left. */
  onEnd: (() => void) | null = null;
  readonly #events: AsyncIterator<unknown>;
  readonly #args: ExecutionArgs;
  readonly #respond: (args: ExecutionArgs, event: unknown) => Promise<EventResponse>;
  #unsent: EventResponse | null = null;
  #isOver = false;

  /** @param args of the subscription */
  constructor(
    source: AsyncIterable<unknown>,
    args: ExecutionArgs,
    respond: (args: ExecutionArgs, event: unknown) => Promise<EventResponse>,
  ) {
    this.#events = source[Symbol.asyncIterator]();
    this.#args = args;
    this.#respond = respond;
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    this.#sent();
    let event: IteratorResult<unknown>;
    try {
      event = await this.#events.next();
    } catch (error) {
      this.#end();
      throw this.#toError(error as Error);
    }
    if (event.done) return this.#end();
    this.#unsent = await this.#respond(this.#args, event.value);
    const { result } = this.#unsent;
    if (this.#isOver) this.#sent();
    return { done: false, value: result };
  }

  async return(): Promise<IteratorResult<ExecutionResult, void>> {
    this.#sent();
    this.#end();
    await this.#events.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #toError(error: Error): GraphQLError {
    const { document, operationName } = this.#args;
    return new GraphQLError(error.message, { nodes: getOperationAST(document, operationName), originalError: error });
  }

  /**
   * The next response is requested, or the stream is left. Whoever sent the last one still holds it while it waits, for hours if nothing
   * happens, so it must not keep the data.
   */
  #sent(): void {
    if (this.#unsent === null) return;
    this.#unsent.room.release();
    delete this.#unsent.result.data;
    delete this.#unsent.result.stringify;
    this.#unsent = null;
  }

  #end(): IteratorResult<ExecutionResult, void> {
    this.#isOver = true;
    this.onEnd?.();
    this.onEnd = null;
    return { done: true, value: undefined };
  }
}
