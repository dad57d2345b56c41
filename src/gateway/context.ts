import type { IncomingMessage, ServerResponse } from 'node:http';
import type { YogaInitialContext } from 'graphql-yoga';
import type { Caller, Context } from '../context.ts';
import type { Resources } from '../resources.ts';
import type { ResponseMeter } from './responses/response-meter.ts';

/** What an operation arrives with, before its context exists: over HTTP with request and response, over WebSocket without. */
export interface ServerContext {
  req?: IncomingMessage;
  res?: ServerResponse;
  /** Set once the key was looked up. */
  caller?: Caller | null;
  /** The header Idempotency-Key of a request with one operation. */
  idempotencyHeader?: string | null;
}

/** What plugins record about an operation for later plugins. */
interface OperationNotes {
  /** Approximate length of its introspection response. */
  introspectionBytes?: number;
  /** The size of its response so far. */
  meter?: ResponseMeter | undefined;
}

/** What resolvers and the meter see. */
export type OperationContext = Context & OperationNotes;

/** What plugins see: our context and what Yoga adds to it. */
export type GatewayContext = ServerContext & YogaInitialContext & OperationContext;

/** One context per operation; a subscription keeps its own for as long as it runs. */
export function buildContext(app: Resources, initial: ServerContext): Context {
  return {
    app,
    caller: initial.caller ?? null,
    viewKey: null,
    openingCursor: null,
    idempotencyKey: null,
    connectionClosed: initial.res ? closeSignal.bind(null, initial.res) : noSignal,
  };
}

const noSignal = () => null;

/** One per response, for any number of operations in it. */
const closeSignals = new WeakMap<ServerResponse, AbortSignal>();

function closeSignal(response: ServerResponse): AbortSignal {
  const known = closeSignals.get(response);
  if (known) return known;
  const controller = new AbortController();
  if (response.closed) controller.abort();
  else response.once('close', () => controller.abort());
  closeSignals.set(response, controller.signal);
  return controller.signal;
}
