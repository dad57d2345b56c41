import type { Plugin } from 'graphql-yoga';
import { refusal } from '../../refusal.ts';
import type { GatewayContext, ServerContext } from '../context.ts';

/** Types that a page may send to any site without asking that site first; so it may a request without a type. */
const simpleTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/** Any of these makes a browser ask first. The key's own headers count: no page can send them unasked. */
const tellingHeaders = [
  'x-api-key',
  'authorization',
  'x-graphql-yoga-csrf',
  'apollo-require-preflight',
  'x-apollo-operation-name',
];

/** Refuses what a foreign page could make a visitor's browser send without the CORS rules being asked. */
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
