import type { Plugin } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from '../context.ts';
import { rootSelection } from './operation.ts';

/**
 * Notes the header Idempotency-Key for the mutations that take one. It means one piece of work: beside another root field,
 * or among operations sent together, nobody could say which, and it does not count.
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
