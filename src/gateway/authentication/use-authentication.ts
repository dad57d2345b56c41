import type { ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from '../../log.ts';
import type { Callers } from '../../organizations/callers.ts';
import type { GatewayContext, ServerContext } from '../context.ts';
import { isMultipart } from '../http/multipart.ts';
import { rootSelection } from '../operations/operation.ts';
import { authenticate, missingKey } from './authenticate.ts';
import { findSecret } from './credentials.ts';

const introspection = new Set(['__schema', '__type', '__typename']);

/**
 * Looks up the key before the body is read, so that a client without a valid key cannot make the server receive a gigabyte. A
 * request with an invalid key is rejected as a whole. Without a key, only introspection is allowed.
 */
export function useAuthentication(resources: {
  callers: Callers;
  logger: Logger;
}): Plugin<GatewayContext, ServerContext> {
  return {
    async onRequestParse({ request, serverContext }) {
      const secret = findSecret({
        'x-api-key': request.headers.get('x-api-key'),
        authorization: request.headers.get('authorization'),
      });
      if (secret === null && isMultipart(request.headers.get('content-type'))) throw missingKey();
      serverContext.caller = await authenticate(resources, secret);
    },
    onExecute: ({ args }) => refuseWithoutKey(args),
    onSubscribe: ({ args }) => refuseWithoutKey(args),
  };
}

function refuseWithoutKey(args: Pick<ExecutionArgs, 'document' | 'operationName' | 'contextValue'>): void {
  if ((args.contextValue as GatewayContext).caller) return;
  const root = rootSelection(args.document, args.operationName);
  if (root !== null && !root.fields.isSubsetOf(introspection)) throw missingKey();
}
