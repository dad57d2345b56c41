import type { Plugin } from 'graphql-yoga';
import { refusal } from '../../refusal.ts';
import type { GatewayContext, ServerContext } from '../context.ts';

/** Content types that a page may send to any site without a preflight request; a request without a type is sent the same way. */
const simpleTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/**
 * Any of these headers makes a browser send a preflight request. The headers of the key are among them: no page can send them
 * without one.
 */
const tellingHeaders = [
  'x-api-key',
  'authorization',
  'x-graphql-yoga-csrf',
  'apollo-require-preflight',
  'x-apollo-operation-name',
];

/** Rejects requests that a page of another origin could make a visitor's browser send without a CORS check. */
export function useCsrfPrevention(): Plugin<GatewayContext, ServerContext> {
  return {
    onRequestParse({ request }) {
      const type = request.headers.get('content-type')?.toLowerCase();
      if (type && !simpleTypes.some((simple) => type.startsWith(simple))) return;
      if (tellingHeaders.some((name) => request.headers.has(name))) return;
      throw refusal(
        'FORBIDDEN',
        `A request ${type ? `of type ${type}` : 'without a Content-Type'} needs one of the headers ${tellingHeaders.join(', ')}: it shows that no foreign page sent it.`,
      );
    },
  };
}
