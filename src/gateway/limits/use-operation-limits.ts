import { type DocumentNode, type ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { missingKey } from '../authentication/authenticate.ts';
import type { GatewayContext, ServerContext } from '../context.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import { keylessLengthError } from '../operations/parse-operation.ts';
import { documentLimitError, longListError } from './operation-limits.ts';

/**
 * Rejects operations that are too large to be examined, over HTTP and WebSocket, and counts which limit they exceed. Runs before
 * validation, which itself takes too long for some of them.
 */
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
    onRequestParse: ({ serverContext }) => ({
      onRequestParseDone({ requestParserResult }) {
        // Each of them may be as large as a single one.
        if (Array.isArray(requestParserResult) && !serverContext.caller) throw missingKey();
      },
    }),
    onParse:
      ({ context }) =>
      ({ result, replaceParseResult }) => {
        const error = result instanceof Error ? result : limitError(result, (context as GatewayContext).caller != null);
        if (!(error instanceof GraphQLError)) return;
        count(error);
        replaceParseResult(error);
      },
    onExecute: ({ args }) => checkLists(args),
    onSubscribe: ({ args }) => checkLists(args),
  };
}

function limitError(document: DocumentNode, hasKey: boolean): GraphQLError | null {
  return (hasKey ? null : keylessLengthError(document)) ?? documentLimitError(document);
}
