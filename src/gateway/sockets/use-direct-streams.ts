import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from '../context.ts';
import { ResponseStream } from '../responses/response-stream.ts';

/** A stream in a form that Envelop does not take for one. */
interface HiddenStream extends ExecutionResult {
  stream: ResponseStream;
}

/**
 * Passes the streams of sockets by Envelop, which wraps each in three iterators for the hooks of plugins, and keeps the arguments of
 * all these hooks: 4 kB for each stream. What the wrappers would do is done elsewhere: errors are masked when messages are sent, and the end
 * of a stream is reported by itself. Streams over HTTP are wrapped. It must come after the plugins that look at streams.
 */
export function useDirectStreams(): Plugin<GatewayContext, ServerContext> {
  return {
    onSubscribe({ args, subscribeFn, setSubscribeFn }) {
      if ((args.contextValue as GatewayContext).res) return;
      setSubscribeFn(async (subscribeArgs) => {
        const result = await subscribeFn(subscribeArgs);
        return result instanceof ResponseStream ? ({ stream: result } satisfies HiddenStream) : result;
      });
    },
  };
}

/** What a subscription over a socket has returned: its stream, or a result with errors. */
export function directStream<Result extends object>(result: Result): Result | ResponseStream {
  return 'stream' in result && result.stream instanceof ResponseStream ? result.stream : result;
}
