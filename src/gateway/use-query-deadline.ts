import { type ExecutionArgs, type ExecutionResult, OperationTypeNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { refusal } from '../refusal.ts';
import type { GatewayContext, ServerContext } from './context.ts';
import type { Metrics } from './metrics.ts';
import { rootSelection } from './operation.ts';

/**
 * Answers a query that takes too long, over HTTP and WebSocket, so that nobody waits for what proxies have given up by then.
 * What it asked the database ends some seconds later: the sessions of requests have a bound for each statement. Changes have no such limit: they may read pictures for as long as the
 * line needs, and an error after they were made would be a lie.
 */
export function useQueryDeadline(deadlineMs: number, metrics: Metrics): Plugin<GatewayContext, ServerContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      if (rootSelection(args.document, args.operationName)?.type !== OperationTypeNode.QUERY) return;
      setExecuteFn((executeArgs: ExecutionArgs) => {
        const late = Promise.withResolvers<ExecutionResult>();
        const timer = setTimeout(() => {
          metrics.limitsBroken.inc({ limit: 'queryTime' });
          late.resolve({ errors: [tooSlow(deadlineMs)] });
        }, deadlineMs);
        return Promise.race([executeFn(executeArgs), late.promise]).finally(() => clearTimeout(timer));
      });
    },
  };
}

function tooSlow(deadlineMs: number) {
  return refusal(
    'UNAVAILABLE',
    `The query took longer than ${deadlineMs / 1000} s. Ask for less at once, or try again when the server is less busy.`,
  );
}
