import type { Plugin } from 'graphql-yoga';
import { credentialId } from '../../context.ts';
import { refusal } from '../../refusal.ts';
import type { GatewayContext, ServerContext } from '../context.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import { ResponseStream } from '../responses/response-stream.ts';

/** Streams that a key, or a session token, may have open in one process, over sockets and HTTP together. */
export const maxSubscriptionsPerKey = 1_000;

/** Counts the open streams of each key and token. It must be the last plugin, so that operations rejected by others are not counted. */
export function useSubscriptionLimit(metrics: Metrics): Plugin<GatewayContext, ServerContext> {
  const open = new Map<string, number>();
  const add = (id: string, change: 1 | -1) => {
    const count = (open.get(id) ?? 0) + change;
    if (count === 0) open.delete(id);
    else open.set(id, count);
  };
  return {
    onSubscribe({ args, subscribeFn, setSubscribeFn }) {
      const { caller } = args.contextValue as GatewayContext;
      if (caller === null) return;
      const id = credentialId(caller);
      if ((open.get(id) ?? 0) >= maxSubscriptionsPerKey) {
        metrics.limitsBroken.inc({ limit: 'subscriptions' });
        throw refusal(
          'BAD_USER_INPUT',
          `The API key or session token already has ${maxSubscriptionsPerKey} subscriptions open. Stop some of them, or follow more objects with one.`,
        );
      }
      // Counted from here on, so that subscriptions which open at the same moment count each other.
      add(id, 1);
      const end = () => add(id, -1);
      setSubscribeFn(async (subscribeArgs) => {
        try {
          const result = await subscribeFn(subscribeArgs);
          if (result instanceof ResponseStream) result.onEnd = end;
          else end();
          return result;
        } catch (error) {
          end();
          throw error;
        }
      });
    },
  };
}
