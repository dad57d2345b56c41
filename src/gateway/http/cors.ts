import type { IncomingMessage, ServerResponse } from 'node:http';
import { respondError } from './respond.ts';

interface CorsRules {
  /** CORS_ORIGINS. */
  origins: readonly string[];
  methods: readonly string[];
  /** Names of request headers that pages may send; `any`: all that they request. */
  headers: readonly string[] | 'any';
}

/** For GraphQL: client libraries send headers of their own. */
export const graphqlForPages = { methods: ['GET', 'POST'], headers: 'any' } satisfies Partial<CorsRules>;

/** For links to files: pages draw pictures on a canvas and read parts of exports. */
export const readableByPages = {
  methods: ['GET', 'HEAD'],
  headers: ['range', 'if-none-match', 'if-range'],
} satisfies Partial<CorsRules>;

/** Response headers that pages may read in addition to those that CORS always allows. */
const exposedHeaders = [
  'Retry-After',
  'Content-Range',
  'Range',
  'Content-Length',
  'Content-Disposition',
  'Accept-Ranges',
  'ETag',
];

/**
 * Lets pages of the configured origins use a path, and answers preflight requests. The response to another origin names the
 * setting: the page cannot read it, but a developer can.
 * @returns whether the request has been answered.
 */
export function allowOrigins(req: IncomingMessage, res: ServerResponse, rules: CorsRules): boolean {
  const { origin } = req.headers;
  const isAllowed = origin !== undefined && rules.origins.includes(origin);
  if (rules.origins.length > 0) res.appendHeader('vary', 'Origin');
  if (isAllowed) {
    res.setHeader('access-control-allow-origin', origin);
    res.setHeader('access-control-expose-headers', exposedHeaders.join(', '));
  }
  if (req.method !== 'OPTIONS') return false;
  if (origin !== undefined && !isAllowed) respondError(res, 403, 'FORBIDDEN', notListed(origin, rules.origins));
  else answerPreflight(req, res, rules, isAllowed);
  return true;
}

function answerPreflight(req: IncomingMessage, res: ServerResponse, rules: CorsRules, isAllowed: boolean): void {
  if (isAllowed) {
    const asked = req.headers['access-control-request-headers'] ?? '';
    res.setHeader('access-control-allow-methods', rules.methods.join(', '));
    res.setHeader('access-control-allow-headers', rules.headers === 'any' ? asked : rules.headers.join(', '));
    res.setHeader('access-control-max-age', '86400');
  }
  res.writeHead(204, { 'content-length': 0 }).end();
}

function notListed(origin: string, origins: readonly string[]): string {
  const found = origins.length === 0 ? 'CORS_ORIGINS is not set' : 'CORS_ORIGINS does not list it';
  return `Pages of ${origin.slice(0, 200)} may not use this server: ${found}. Add the origin to it, and restart the server.`;
}

/**
 * Lets any page show the file of a signed link, also a page that isolates itself (Cross-Origin-Embedder-Policy): anyone with the
 * link may see the file. To read its bytes, a page still needs CORS_ORIGINS.
 */
export function allowEmbedding(res: ServerResponse): void {
  res.setHeader('cross-origin-resource-policy', 'cross-origin');
}
