import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Lets pages of the configured origins use a path that is not GraphQL (Yoga does its own), and answers their question
 * before it, the preflight request.
 * @returns whether the request was answered by that.
 */
export function allowOrigins(
  req: IncomingMessage,
  res: ServerResponse,
  { origins, methods }: { origins: readonly string[]; methods: readonly string[] },
): boolean {
  const { origin } = req.headers;
  const isAllowed = origin !== undefined && origins.includes(origin);
  if (origins.length > 0) res.setHeader('vary', 'Origin');
  if (isAllowed) res.setHeader('access-control-allow-origin', origin);
  if (req.method !== 'OPTIONS') return false;
  if (isAllowed) {
    res.setHeader('access-control-allow-methods', methods.join(', '));
    res.setHeader('access-control-allow-headers', 'content-type');
    res.setHeader('access-control-max-age', '86400');
  }
  res.writeHead(204).end();
  return true;
}
