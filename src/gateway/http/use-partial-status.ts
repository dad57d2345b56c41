import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { createGraphQLError } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from '../context.ts';

/**
 * A response with data has status 200, even if part of it failed: clients discard a body whose status says failure. The status of
 * an error is used only when there is no data.
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
