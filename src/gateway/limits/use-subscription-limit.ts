import type { Plugin } from 'graphql-yoga';
import { refusal } from '../../refusal.ts';
import type { GatewayContext, ServerContext } from '../context.ts';
import type { Metrics } from '../monitoring/metrics.ts';

/** Streams that a key may have open in one process, over sockets and HTTP together. */
export const maxSubscriptionsPerKey = 1_000;

/** Counts the open streams of each key. The last of the plugins: what another one refuses is not counted. */
export function useSubscriptionLimit(metrics: Metrics): Plugin<GatewayContext, ServerContext> {
  const open = new Map<string, number>();
  const add = (apiKeyId: string, change: 1 | -1) => {
    const count = (open.get(apiKeyId) ?? 0) + change;
    if (count === 0) open.delete(apiKeyId);
    else open.set(apiKeyId, count);
  };
  return {
    onSubscribe({ args, subscribeFn, setSubscribeFn }) {
      const apiKeyId = (args.contextValue as GatewayContext).caller?.apiKeyId;
      if (apiKeyId === undefined) return;
      if ((open.get(apiKeyId) ?? 0) >= maxSubscriptionsPerKey) {
        metrics.limitsBroken.inc({ limit: 'subscriptions' });
        throw refusal(
          'BAD_USER_INPUT',
          `The API key already has ${maxSubscriptionsPerKey} subscriptions open. Stop some of them, or follow more objects with one.`,
        );
      }
      // From here on, so that those which open at the same moment count each other.
      add(apiKeyId, 1);
      let isOpen = true;
      const end = () => {
        if (isOpen) add(apiKeyId, -1);
        isOpen = false;
      };
      setSubscribeFn(async (subscribeArgs) => {
        try {
          const result = await subscribeFn(subscribeArgs);
          if (!(Symbol.asyncIterator in result)) end();
          return result;
        } catch (error) {
          end();
          throw error;
        }
      });
      return {
        onSubscribeResult: () => ({ onEnd: end }),
        // A stream that fails ends without having been left.
        onSubscribeError: end,
      };
    },
  };
}
