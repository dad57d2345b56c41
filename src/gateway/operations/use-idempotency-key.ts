import type { Plugin } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from '../context.ts';
import { rootSelection } from './operation.ts';

/**
 * Passes the header Idempotency-Key to the mutations that use one. It stands for one mutation: with another root field, or with
 * several operations in one request, it would be ambiguous, so it is ignored.
 */
export function useIdempotencyKey(): Plugin<GatewayContext, ServerContext> {
  return {
    onRequestParse: ({ request, serverContext }) => ({
      onRequestParseDone({ requestParserResult }) {
        if (!Array.isArray(requestParserResult))
          serverContext.idempotencyHeader = request.headers.get('idempotency-key')?.trim() || null;
      },
    }),
    onExecute({ args }) {
      const context = args.contextValue as GatewayContext;
      if (!context.idempotencyHeader) return;
      const root = rootSelection(args.document, args.operationName);
      const answers = [...(root?.answers ?? [])].filter((name) => name !== '__typename');
      if (answers.length === 1) context.idempotencyKey = context.idempotencyHeader;
    },
  };
}
