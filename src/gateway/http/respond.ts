import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Answers something that is not GraphQL: a code for programs, a sentence for people. */
export function respondError(res: ServerResponse, status: number, code: string, message: string): void {
  respond(res, status, { 'content-type': 'application/json; charset=utf-8' }, `${JSON.stringify({ code, message })}\n`);
}

/** Answers a body that is there as a whole; Node leaves it out for HEAD. */
export function respond(
  res: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): void {
  res.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  res.end(body);
}

/** Whether a request only reads; answers it with 405 when not. */
export function onlyReads(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.method === 'GET' || req.method === 'HEAD') return true;
  res.setHeader('allow', 'GET, HEAD');
  respondError(res, 405, 'METHOD_NOT_ALLOWED', `${req.method} is not allowed here. Use GET.`);
  return false;
}
