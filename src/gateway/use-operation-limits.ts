import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from './context.ts';
import type { Metrics } from './metrics.ts';
import { longListError, operationLimitsRule } from './operation-limits.ts';

/** Refuses operations that are too large to be looked at, over HTTP and WebSocket alike, and counts which limit it was. */
export function useOperationLimits(metrics: Metrics): Plugin<GatewayContext, ServerContext> {
  const count = ({ extensions }: GraphQLError) => {
    if (typeof extensions?.limit === 'string') metrics.limitsBroken.inc({ limit: extensions.limit });
  };
  const checkLists = ({ variableValues }: Pick<ExecutionArgs, 'variableValues'>) => {
    const error = longListError(variableValues ?? {});
    if (error === null) return;
    count(error);
    throw error;
  };
  return {
    onParse:
      () =>
      ({ result }) => {
        if (result instanceof GraphQLError) count(result);
      },
    onValidate({ addValidationRule }) {
      addValidationRule(operationLimitsRule);
      return ({ result }) => {
        for (const error of result as readonly GraphQLError[]) count(error);
      };
    },
    onExecute: ({ args }) => checkLists(args),
    onSubscribe: ({ args }) => checkLists(args),
  };
}
