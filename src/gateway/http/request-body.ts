import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import type { GraphQLError } from 'graphql';
import { refusal } from '../../refusal.ts';

/** A body of which no bytes arrive for this long is abandoned: the client stalls, or no resolver reads the file. */
const defaultIdleMs = 60_000;
/** How long the rest of an unread body is received and discarded, so that the client reads the response. */
const drainMs = 5_000;

/** The client closed the connection before it had sent everything. */
export class InterruptedRequestError extends Error {
  constructor() {
    super('The client closed the connection before the whole request had arrived.');
  }
}

/**
 * The body of a request as a stream that fails, instead of ending early, when the client closes the connection, stalls for `idleMs`
 * (default: a minute) or sends more than `limitBytes` (PAYLOAD_TOO_LARGE).
 */
export function limitedBody(req: IncomingMessage, limitBytes: number, idleMs = defaultIdleMs): Readable {
  let received = 0;
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      idle.refresh();
      if (received > limitBytes) return done(tooLarge(limitBytes));
      done(null, chunk);
    },
  });
  const idle = setTimeout(() => body.destroy(stalled(idleMs)), idleMs);
  body.once('close', () => {
    clearTimeout(idle);
    req.unpipe(body);
  });
  sendContinue(req);
  // The reader of the stream gets its error; without this listener, an error before that would end the process.
  body.on('error', () => undefined);
  req.on('error', () => body.destroy(new InterruptedRequestError()));
  req.once('close', () => {
    if (!req.complete) body.destroy(new InterruptedRequestError());
  });
  return req.pipe(body);
}

/**
 * The whole body, under the same conditions as {@link limitedBody}. For a request of a few hundred bytes, a stream of its own and its
 * iterator took a sixth of the time.
 */
export function readLimited(req: IncomingMessage, limitBytes: number, idleMs = defaultIdleMs): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    const idle = setTimeout(() => fail(stalled(idleMs)), idleMs);
    const fail = (error: Error) => {
      clearTimeout(idle);
      req.off('data', take).pause();
      reject(error);
    };
    const take = (chunk: Buffer) => {
      received += chunk.length;
      idle.refresh();
      if (received > limitBytes) fail(tooLarge(limitBytes));
      else chunks.push(chunk);
    };
    sendContinue(req);
    req.on('data', take);
    req.once('end', () => {
      clearTimeout(idle);
      resolve(Buffer.concat(chunks));
    });
    req.on('error', () => fail(new InterruptedRequestError()));
    req.once('close', () => {
      if (!req.complete) fail(new InterruptedRequestError());
    });
  });
}

/** Requests whose client waits for `100 Continue` before it sends the body, and how to send it. */
const waitingForContinue = new WeakMap<IncomingMessage, ServerResponse>();

/** Records `Expect: 100-continue`: the body is requested when it is about to be read, and never if the request is rejected. */
export function expectContinue(req: IncomingMessage, res: ServerResponse): void {
  waitingForContinue.set(req, res);
}

function sendContinue(req: IncomingMessage): void {
  waitingForContinue.get(req)?.writeContinue();
  waitingForContinue.delete(req);
}

/** Rejects a body by its Content-Length, before a byte of it is read. @throws GraphQLError PAYLOAD_TOO_LARGE */
export function checkContentLength(req: IncomingMessage, limitBytes: number): void {
  if (Number(req.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
}

/**
 * After the response, reads and discards the rest of the request for up to 5 s, then closes the connection: some clients read no
 * response before they have sent everything.
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

function stalled(idleMs: number) {
  return refusal('BAD_USER_INPUT', `No bytes of the request arrived for ${idleMs / 1000} s. Send it again.`, 408);
}
