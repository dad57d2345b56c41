import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from '../context.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import { rootCause } from './mask-errors.ts';
import { rootSelection } from './operation.ts';
import { troubleOf } from './trouble.ts';

/** Counts operations, their errors and how long they take, on both transports. */
export function useOperationMetrics(metrics: Metrics): Plugin<GatewayContext, ServerContext> {
  const begin = (args: Pick<ExecutionArgs, 'document' | 'operationName' | 'contextValue'>) => {
    const type = rootSelection(args.document, args.operationName)?.type ?? 'unknown';
    metrics.operations.inc({ type, transport: (args.contextValue as GatewayContext).res ? 'http' : 'ws' });
    const stop = metrics.operationSeconds.startTimer({ type });
    return ({ result }: { result: unknown }) => {
      stop();
      for (const error of errorsOf(result)) metrics.operationErrors.inc({ code: codeOf(error) });
    };
  };
  return {
    onExecute: ({ args }) => ({ onExecuteDone: begin(args) }),
    onSubscribe: ({ args }) => ({ onSubscribeResult: begin(args) }),
  };
}

function errorsOf(result: unknown): readonly GraphQLError[] {
  return (result as { errors?: readonly GraphQLError[] } | null)?.errors ?? [];
}

/** The code that the client will see: unexpected errors are not masked yet. */
function codeOf(error: GraphQLError): string {
  const cause = rootCause(error);
  if (!(cause instanceof GraphQLError)) return troubleOf(cause) === null ? 'INTERNAL' : 'UNAVAILABLE';
  return typeof error.extensions.code === 'string' ? error.extensions.code : 'NONE';
}
