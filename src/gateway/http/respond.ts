import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** An error response outside GraphQL: a code for programs, a sentence for people. */
export function respondError(res: ServerResponse, status: number, code: string, message: string): void {
  respond(res, status, { 'content-type': 'application/json; charset=utf-8' }, `${JSON.stringify({ code, message })}\n`);
}

/** Sends a body that is completely in memory; Node omits it for HEAD. */
export function respond(
  res: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): void {
  res.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  res.end(body);
}

/** Whether a request is GET or HEAD; otherwise responds with 405. */
export function onlyReads(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.method === 'GET' || req.method === 'HEAD') return true;
  res.setHeader('allow', 'GET, HEAD');
  respondError(res, 405, 'METHOD_NOT_ALLOWED', `${req.method} is not allowed here. Use GET.`);
  return false;
}
