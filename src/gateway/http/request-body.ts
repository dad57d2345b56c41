import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import type { GraphQLError } from 'graphql';
import { refusal } from '../../refusal.ts';

/** A body of which nothing moves for this long is given up: a client that stalls, or a file that no resolver reads. */
const idleMs = 60_000;
/** How long what nobody reads any more is taken off the wire, so that the client gets to read the answer. */
const drainMs = 5_000;

/** The client hung up before it had sent everything. */
export class InterruptedRequestError extends Error {
  constructor() {
    super('The client closed the connection before the whole request had arrived.');
  }
}

/**
 * The body of a request as a stream that fails, instead of ending early, when the client hangs up, stalls for a minute or
 * sends more than `limitBytes` (PAYLOAD_TOO_LARGE).
 */
export function limitedBody(req: IncomingMessage, limitBytes: number): Readable {
  let received = 0;
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      idle.refresh();
      if (received > limitBytes) return done(tooLarge(limitBytes));
      done(null, chunk);
    },
  });
  const idle = setTimeout(() => body.destroy(stalled()), idleMs);
  body.once('close', () => {
    clearTimeout(idle);
    req.unpipe(body);
  });
  sendContinue(req);
  // Whoever reads the stream gets its error; without a listener of its own it would end the process before anyone reads.
  body.on('error', () => undefined);
  req.on('error', () => body.destroy(new InterruptedRequestError()));
  req.once('close', () => {
    if (!req.complete) body.destroy(new InterruptedRequestError());
  });
  return req.pipe(body);
}

/** Requests whose client waits with the body until it is asked for it, and how to answer them. */
const waitingForContinue = new WeakMap<IncomingMessage, ServerResponse>();

/** Notes `Expect: 100-continue`: the body is asked for when somebody is about to read it, and not at all when it is refused. */
export function expectContinue(req: IncomingMessage, res: ServerResponse): void {
  waitingForContinue.set(req, res);
}

function sendContinue(req: IncomingMessage): void {
  waitingForContinue.get(req)?.writeContinue();
  waitingForContinue.delete(req);
}

/** Refuses a body by what its header says, before a byte of it is read. @throws GraphQLError PAYLOAD_TOO_LARGE */
export function checkContentLength(req: IncomingMessage, limitBytes: number): void {
  if (Number(req.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
}

/**
 * Once answered, reads and forgets what is left of the request for up to 5 s, then hangs up: some clients read no answer
 * before they have sent everything.
 */
export function drainAfterAnswer(req: IncomingMessage, res: ServerResponse): void {
  res.once('finish', () => {
    if (req.complete || req.destroyed) return;
    const hangUp = setTimeout(() => req.socket.destroy(), drainMs);
    req.once('close', () => clearTimeout(hangUp));
    req.once('end', () => clearTimeout(hangUp));
    req.unpipe();
    req.resume();
  });
}

/** The error for a body that is larger than it may be. */
export function tooLarge(limitBytes: number): GraphQLError {
  return refusal(
    'PAYLOAD_TOO_LARGE',
    `The request is larger than ${limitBytes} bytes. Send the pictures in several requests, or smaller ones.`,
  );
}

function stalled() {
  return refusal('BAD_USER_INPUT', `No bytes of the request arrived for ${idleMs / 1000} s. Send it again.`, 408);
}
