import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { createGraphQLError } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from '../context.ts';

/**
 * An answer with data is 200, whatever went wrong in part of it: clients throw a body away whose status says failure.
 * An error's own status holds only when it left nothing to answer.
 */
export function usePartialStatus(): Plugin<GatewayContext, ServerContext> {
  return {
    onExecutionResult({ result, setResult }) {
      if (!isSingle(result) || result.data == null || !result.errors) return;
      setResult({ ...result, errors: result.errors.map(withoutStatus) });
    },
  };
}

function isSingle(result: unknown): result is ExecutionResult {
  return typeof result === 'object' && result !== null && 'data' in result;
}

function withoutStatus(error: NonNullable<ExecutionResult['errors']>[number]) {
  const { http: _, ...extensions } = error.extensions;
  return createGraphQLError(error.message, { nodes: error.nodes, path: error.path, extensions });
}
