import type { Plugin } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from '../context.ts';
import { rootSelection } from './operation.ts';

/**
 * For a query that selects `eventCursor`, records the position of the event log before the query reads anything: changes during the
 * query come after that cursor, so a client that subscribes after it misses nothing.
 */
export function useOpeningCursor(): Plugin<GatewayContext, ServerContext> {
  return {
    async onExecute({ args }) {
      const root = rootSelection(args.document, args.operationName);
      if (root?.type !== 'query' || !root.fields.has('eventCursor')) return;
      const context = args.contextValue as GatewayContext;
      context.openingCursor = await context.app.events.currentCursor();
    },
  };
}
