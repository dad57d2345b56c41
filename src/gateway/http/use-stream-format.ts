import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from '../context.ts';

const explanation =
  'A subscription over HTTP is returned as text/event-stream only. Send "Accept: text/event-stream" (graphql-sse), or subscribe over WebSocket at the same path (graphql-ws).';

/**
 * Sends streams so that proxies forward events at once, and explains when a client requests a format that we do not support, as
 * Apollo's HttpLink does (multipart/mixed): by default Yoga answers 406 with an empty body.
 */
export function useStreamFormat(): Plugin<GatewayContext, ServerContext> {
  return {
    onResultProcess({ result, setResult, resultProcessor, setResultProcessor }) {
      if (Array.isArray(result)) setResult(result.map(withoutStream));
      if (resultProcessor !== undefined) return;
      if (isStream(result)) void result[Symbol.asyncIterator]().return?.();
      setResultProcessor((_result, fetchAPI) => {
        const message = isStream(result) ? explanation : acceptJson;
        const error = new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
        const body: ExecutionResult = { errors: [error] };
        return new fetchAPI.Response(JSON.stringify(body), {
          status: 406,
          headers: { 'content-type': 'application/json; charset=utf-8' },
        });
      }, 'application/json');
    },
    onResponse({ response }) {
      if (response.headers.get('content-type')?.startsWith('text/event-stream')) letThrough(response.headers);
    },
  };
}

/**
 * Without the first header, nginx with its default configuration delays every event until the stream ends; the second is for
 * proxies that compress.
 */
function letThrough(headers: Headers): void {
  headers.set('x-accel-buffering', 'no');
  headers.set('cache-control', 'no-cache, no-transform');
  // Node knows whether the connection is kept alive; Yoga sends the header even to clients that requested the opposite.
  headers.delete('connection');
  // "none", which is not a content coding of HTTP.
  headers.delete('content-encoding');
}

/** Each operation of an array has exactly one response. */
function withoutStream(result: ExecutionResult): ExecutionResult {
  if (!isStream(result)) return result;
  void result[Symbol.asyncIterator]().return?.();
  const error = new GraphQLError(`${explanation} A subscription cannot be part of an array of operations.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
  return { errors: [error] };
}

const acceptJson = 'The response is application/json or application/graphql-response+json. Send one of them in Accept.';

/** True for a subscription, not for a query or mutation. */
export function isStream(result: unknown): result is AsyncIterable<unknown> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
}
