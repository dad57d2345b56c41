import type { IncomingMessage, ServerResponse } from 'node:http';

interface CorsRules {
  origins: readonly string[];
  methods: readonly string[];
  /** Names of request headers that pages may send. */
  headers: readonly string[];
}

/** For links to files: pages draw pictures on a canvas and read parts of exports. */
export const readableByPages = {
  methods: ['GET', 'HEAD'],
  headers: ['range', 'if-none-match', 'if-range'],
} satisfies Partial<CorsRules>;

/** What pages may read of an answer beside what CORS lets them read always. */
export const exposedHeaders = [
  'Retry-After',
  'Content-Range',
  'Content-Length',
  'Content-Disposition',
  'Accept-Ranges',
  'ETag',
];

/**
 * Lets pages of the configured origins use a path that is not GraphQL (Yoga does its own), and answers their question
 * before it, the preflight request.
 * @returns whether the request was answered by that.
 */
export function allowOrigins(
  req: IncomingMessage,
  res: ServerResponse,
  { origins, methods, headers }: CorsRules,
): boolean {
  const { origin } = req.headers;
  const isAllowed = origin !== undefined && origins.includes(origin);
  if (origins.length > 0) res.setHeader('vary', 'Origin');
  if (isAllowed) {
    res.setHeader('access-control-allow-origin', origin);
    res.setHeader('access-control-expose-headers', exposedHeaders.join(', '));
  }
  if (req.method !== 'OPTIONS') return false;
  if (isAllowed) {
    res.setHeader('access-control-allow-methods', methods.join(', '));
    res.setHeader('access-control-allow-headers', headers.join(', '));
    res.setHeader('access-control-max-age', '86400');
  }
  res.writeHead(204).end();
  return true;
}
