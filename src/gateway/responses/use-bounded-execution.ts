import type { ServerResponse } from 'node:http';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  OperationTypeNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GatewayContext, OperationContext, ServerContext } from '../context.ts';
import { isStream } from '../http/use-stream-format.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import type { ErrorMask } from '../operations/mask-errors.ts';
import { rootSelection } from '../operations/operation.ts';
import type { EventContext } from './caller-view.ts';
import { ResponseMeter } from './response-meter.ts';
import { type ResponseMemory, ResponseSize } from './response-size.ts';
import { ResponseStream } from './response-stream.ts';
import { type ExecutedResponse, SharedResponses } from './shared-responses.ts';

export interface ExecutionBounds {
  /** Limit of one response: of an operation, of several in one array, or of one event. */
  maxResponseBytes: number;
  memory: ResponseMemory;
  /**
   * How long a query may take, so that the server does not work on requests that proxies have already abandoned. Mutations have no
   * such limit: they may receive pictures over a slow connection, and an error after the change was made would be wrong.
   */
  queryDeadlineMs: number;
}

export interface ExecutionReports {
  metrics: Metrics;
  /** For errors of events, which are masked once for all who get the same response. */
  mask: ErrorMask;
}

/**
 * Stops operations that take too long or produce too much while they are executed, over HTTP and WebSocket. The schema has to be
 * metered.
 */
export function useBoundedExecution(
  bounds: ExecutionBounds,
  { metrics, mask }: ExecutionReports,
): Plugin<GatewayContext, ServerContext> {
  const responses = new SharedResponses({
    execute: executeEvent,
    count: (made) => metrics.eventResponses.inc({ made }),
  });
  /** One for all operations of a request. */
  const sizes = new WeakMap<ServerResponse, ResponseSize>();
  const newSize = ({ caller }: OperationContext) =>
    new ResponseSize(bounds.memory, caller?.organizationId ?? 'keyless', bounds.maxResponseBytes);

  function sizeOfRequest(context: GatewayContext, res: ServerResponse): ResponseSize {
    const known = sizes.get(res);
    if (known) return known;
    const size = newSize(context);
    sizes.set(res, size);
    if (res.closed) size.release();
    else res.once('close', () => size.release());
    return size;
  }

  async function run(
    context: OperationContext,
    meter: ResponseMeter,
    execution: () => ExecutionResult | Promise<ExecutionResult>,
  ): Promise<ExecutionResult> {
    context.meter = meter;
    const stopped = Promise.withResolvers<void>();
    meter.onStop = stopped.resolve;
    meter.add(context.introspectionBytes ?? 0);
    try {
      const result = await Promise.race([execution(), stopped.promise]);
      if (meter.error === null) return result as ExecutionResult;
    } finally {
      meter.onStop = null;
    }
    metrics.limitsBroken.inc({ limit: String(meter.error.extensions.limit) });
    return { errors: [meter.error] };
  }

  async function subscribe(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
    const source = await createSourceEventStream({
      ...args,
      contextValue: copyOf(args.contextValue as GatewayContext),
    });
    return isStream(source) ? new ResponseStream(source, args, responses.respond) : source;
  }

  async function executeEvent(args: ExecutionArgs, event: unknown, context: EventContext): Promise<ExecutedResponse> {
    const size = newSize(context);
    const meter = new ResponseMeter(size, null);
    const result = await run(context, meter, () => execute({ ...args, contextValue: context, rootValue: event }));
    if (meter.error !== null) return { size, result: { errors: [withCursor(meter.error, event)] } };
    return { size, result: result.errors ? { ...result, errors: result.errors.map(mask) } : result };
  }

  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const isQuery = rootSelection(args.document, args.operationName)?.type === OperationTypeNode.QUERY;
      setExecuteFn(async (executeArgs: ExecutionArgs) => {
        const context = executeArgs.contextValue as GatewayContext;
        const size = context.res ? sizeOfRequest(context, context.res) : newSize(context);
        const meter = new ResponseMeter(size, isQuery ? bounds.queryDeadlineMs : null);
        const timer = isQuery && setTimeout(() => meter.stop(meter.tooSlow()), bounds.queryDeadlineMs);
        try {
          return await run(context, meter, () => executeFn(executeArgs));
        } finally {
          if (timer) clearTimeout(timer);
          // A socket takes it at once, and counts the text that waits there.
          if (!context.res) size.release();
        }
      });
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(subscribe);
    },
  };
}

/**
 * A context for the beginning of a stream. Whatever is kept with it, such as the loaders and permissions of the schema, goes with it: the
 * stream's own context lives as long as the stream.
 */
function copyOf(context: GatewayContext): GatewayContext {
  return Object.assign(Object.create(Object.getPrototypeOf(context)), context);
}

/** A client that did not receive an event because it was too large can resume after it. */
function withCursor({ message, extensions }: GraphQLError, event: unknown): GraphQLError {
  const cursor = (event as { cursor?: unknown } | null)?.cursor;
  return new GraphQLError(message, { extensions: { ...extensions, ...(typeof cursor === 'string' && { cursor }) } });
}
