import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Context } from '../../context.ts';
import { deliveredEvent } from '../../events/stream.ts';
import type { TickEvent } from '../../events/tick.ts';
import { type EventContext, eventContext } from './caller-view.ts';
import { selectionKey } from './event-selection.ts';
import type { ResponseSize } from './response-size.ts';
import type { EventResponse, EventResult } from './response-stream.ts';

/** A response that was executed, and the room that it takes as long as anybody sends it. */
export interface ExecutedResponse {
  result: ExecutionResult;
  size: ResponseSize;
}

type Execute = (args: ExecutionArgs, event: unknown, context: EventContext) => Promise<ExecutedResponse>;

interface SharedParts {
  /** Must not depend on anything of the arguments but the document, the name of the operation and the variables. */
  execute: Execute;
  /** Told of every response how it came about. */
  count(made: 'executed' | 'shared'): void;
}

/**
 * The responses of all subscriptions of a gateway to events. Those that would be equal are executed once: 200 screens with the same
 * dashboard, or a thousand phones that follow one task, select the same of the same event.
 *
 * A response is shared from the moment when the first subscription asks for it until the last one that asked has sent it, so none is kept
 * longer than one that is not shared. A client that is slower than all others may have its own one executed.
 */
export class SharedResponses {
  readonly #parts: SharedParts;
  readonly #inUse = new Map<TickEvent, Map<string, SharedResponse>>();

  constructor(parts: SharedParts) {
    this.#parts = parts;
  }

  /** The response to an event of a stream, for one subscription. @param args of the subscription */
  readonly respond = async (args: ExecutionArgs, item: unknown): Promise<EventResponse> => {
    const context = eventContext(args.contextValue as Context);
    const delivered = deliveredEvent(item);
    if (delivered === null) {
      this.#parts.count('executed');
      const { result, size } = await this.#parts.execute(args, item, context);
      return { result, room: size };
    }
    const { document, operationName, variableValues } = args;
    const selected = selectionKey(document, operationName, variableValues);
    // Nearly all streams have the same cursor for an event: see CursorMaker.
    const key = `${selected} ${delivered.cursor} ${context.caller?.key}`;
    const found = this.#inUse.get(delivered.event)?.get(key);
    this.#parts.count(found ? 'shared' : 'executed');
    return (found ?? this.#begin(delivered.event, key, () => this.#parts.execute(args, item, context))).use();
  };

  #begin(event: TickEvent, key: string, execute: () => Promise<ExecutedResponse>): SharedResponse {
    const ofEvent = this.#inUse.get(event) ?? new Map<string, SharedResponse>();
    this.#inUse.set(event, ofEvent);
    const end = () => {
      ofEvent.delete(key);
      if (ofEvent.size === 0) this.#inUse.delete(event);
    };
    const response = new SharedResponse(execute(), end);
    ofEvent.set(key, response);
    return response;
  }
}

/** A response, and how many subscriptions wait for it or send it. */
class SharedResponse {
  readonly #executed: Promise<ExecutedResponse>;
  readonly #onUnused: () => void;
  #size: ResponseSize | null = null;
  #users = 0;
  #text: string | null = null;

  /** @param onUnused called once, when nobody uses it any more */
  constructor(executed: Promise<ExecutedResponse>, onUnused: () => void) {
    this.#executed = executed;
    this.#onUnused = onUnused;
  }

  async use(): Promise<EventResponse> {
    this.#users += 1;
    try {
      const { result, size } = await this.#executed;
      this.#size = size;
      // An object of its own: whoever has sent it lets go of the data.
      const own: EventResult = { ...result };
      // Errors are masked for each, and are rare. Nearly all who share a response have asked for it by now.
      if (this.#users > 1 && result.errors === undefined && result.extensions === undefined)
        own.stringify = () => (this.#text ??= JSON.stringify({ data: result.data }));
      return { result: own, room: this };
    } catch (error) {
      this.release();
      throw error;
    }
  }

  release(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#text = null;
    this.#size?.release();
    this.#onUnused();
  }
}
