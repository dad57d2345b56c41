import type { Plugin } from 'graphql-yoga';
import type { Logger } from '../../log.ts';
import type { GatewayContext, ServerContext } from '../context.ts';
import { rootSelection } from './operation.ts';

/**
 * Logs mutations with a session token, and for whom the token was made: many people share the key behind it, so the key alone does
 * not identify them. Variables are not logged.
 */
export function useMutationLog(logger: Logger): Plugin<GatewayContext, ServerContext> {
  return {
    onExecute({ args }) {
      const { caller } = args.contextValue as GatewayContext;
      if (!caller?.session) return;
      const root = rootSelection(args.document, args.operationName);
      if (root?.type !== 'mutation') return;
      const { apiKeyId, session } = caller;
      logger.info(
        { mutations: [...root.fields], apiKeyId, sessionTokenId: session.tokenId, actor: session.actor },
        'A mutation with a session token.',
      );
    },
  };
}
