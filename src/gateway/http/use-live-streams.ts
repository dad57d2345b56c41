import type { Plugin } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from '../context.ts';
import type { LiveConnections } from '../sockets/live-connections.ts';
import { isStream } from './use-stream-format.ts';

/**
 * Streams over HTTP end with their key and with the process. In both cases the connection is cut, because `event: complete` would
 * tell the client that no more events follow.
 */
export function useLiveStreams(live: LiveConnections): Plugin<GatewayContext, ServerContext> {
  return {
    onResultProcess({ result, serverContext }) {
      const { res, caller } = serverContext as ServerContext;
      if (!res || !isStream(result)) return;
      if (res.destroyed) {
        // The client left before the stream began: no one will read it, and 'close' was already emitted.
        void result[Symbol.asyncIterator]().return?.();
        return;
      }
      const cut = () => res.destroy();
      const entry = live.add({ endRevoked: cut, endShutdown: cut, endUnavailable: cut });
      if (caller) entry.use(caller);
      res.once('close', entry.remove);
    },
  };
}
