import type { IncomingHttpHeaders } from 'node:http';
import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { ServerOptions, Context as SocketContext, SubscribePayload } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Caller } from '../../context.ts';
import type { Logger } from '../../log.ts';
import type { Callers } from '../../organizations/callers.ts';
import { refusal } from '../../refusal.ts';
import { authenticate } from '../authentication/authenticate.ts';
import { findSecret } from '../authentication/credentials.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import type { ErrorMask } from '../operations/mask-errors.ts';
import { publicError, publicResult } from '../operations/public-error.ts';
import type { EventResult } from '../responses/response-stream.ts';
import type { Yoga } from '../yoga.ts';
import type { LiveConnections } from './live-connections.ts';
import { closeCode } from './socket-close.ts';
import { directStream } from './use-direct-streams.ts';
import type { WrittenPayloads } from './written-payloads.ts';

export const maxOperationsPerSocket = 100;
export const maxSocketsPerKey = 200;
const connectionInitTimeoutMs = 3_000;

/** The state of one socket. */
export interface SocketState {
  socket: WebSocket;
  /** Of the request to connect, which may contain the key; null once it was looked for. */
  headers: IncomingHttpHeaders | null;
  /** The key of the connection; null: none was sent. Kept so that each operation can check whether the key is still valid. */
  secret: string | null;
  /** Records the keys and tokens that its operations use: that of the connection, and those sent with single operations. */
  use(caller: Caller): void;
  countOperations(): number;
  payloads: WrittenPayloads;
  /** The caller whose operations it runs; with several keys, the last one. */
  organizationId: string;
}

export interface SocketParts {
  yoga: Yoga;
  callers: Callers;
  live: LiveConnections;
  mask: ErrorMask;
  metrics: Metrics;
  logger: Logger;
}

type Connection = SocketContext<Record<string, unknown>, SocketState>;
type Enveloped = ReturnType<Yoga['getEnveloped']>;
type OperationArgs = ExecutionArgs & Pick<Enveloped, 'execute' | 'subscribe'>;

/**
 * Runs operations of a socket through Yoga's plugins, as over HTTP. Any error of an operation becomes an error message of that
 * operation: a throw from here would close the socket with 4500, which clients treat as final, and end every other operation with
 * it.
 */
export function socketOperations(parts: SocketParts): ServerOptions<Record<string, unknown>, SocketState> {
  return {
    connectionInitWaitTimeout: connectionInitTimeoutMs,
    onConnect: (connection) => connect(parts, connection),
    onSubscribe: async (connection, _id, payload) => {
      try {
        return await prepare(parts, connection, payload);
      } catch (error) {
        return [parts.mask(error)];
      }
    },
    execute: (args) => safely(parts.mask, () => (args as OperationArgs).execute(args)),
    subscribe: (args) => safely(parts.mask, async () => directStream(await (args as OperationArgs).subscribe(args))),
    onNext: ({ extra }, _id, _payload, _args, result: EventResult) =>
      publicResult(result, parts.mask) ?? (result.stringify && extra.payloads.of(result.stringify())),
    onError: (_connection, _id, _payload, errors) => errors.map((error) => publicError(parts.mask(error))),
  };
}

/**
 * The key of a connection is looked up before it is acknowledged. A rejected socket is closed here, because returning `false` would
 * only say "Forbidden".
 */
async function connect({ callers, live, metrics, logger }: SocketParts, connection: Connection): Promise<void> {
  const { extra, connectionParams } = connection;
  extra.countOperations = () => Object.keys(connection.subscriptions).length;
  try {
    extra.secret = findSecret(connectionParams ?? {}) ?? findSecret(extra.headers ?? {});
    extra.headers = null;
    const caller = await authenticate({ callers, logger }, extra.secret);
    if (caller === null) return;
    if (live.countOf(caller) >= maxSocketsPerKey) {
      metrics.limitsBroken.inc({ limit: 'sockets' });
      extra.socket.close(
        closeCode.tryAgainLater,
        `The API key or session token already has ${maxSocketsPerKey} sockets open. Close some of them.`,
      );
      return;
    }
    extra.use(caller);
  } catch (error) {
    const { message, extensions } = error as GraphQLError;
    const code = extensions.code === 'UNAUTHENTICATED' ? closeCode.forbidden : closeCode.tryAgainLater;
    extra.socket.close(code, message.slice(0, 120));
  }
}

async function prepare(
  parts: SocketParts,
  connection: Connection,
  payload: SubscribePayload,
): Promise<OperationArgs | readonly GraphQLError[]> {
  if (Object.keys(connection.subscriptions).length > maxOperationsPerSocket) {
    parts.metrics.limitsBroken.inc({ limit: 'socketOperations' });
    throw refusal(
      'BAD_USER_INPUT',
      `This socket already runs ${maxOperationsPerSocket} operations. Stop some of them, or open another socket.`,
    );
  }
  const caller = await callerOf(parts, connection, payload);
  const { schema, parse, validate, contextFactory, execute, subscribe } = parts.yoga.getEnveloped({
    caller,
    params: payload,
  });
  const document = parse(payload.query);
  shareText(payload, document);
  const errors = validate(schema, document) as readonly GraphQLError[];
  if (errors.length > 0) return errors;
  const contextValue = await contextFactory();
  const { variables: variableValues } = payload;
  // Some clients send an empty name instead of none.
  const operationName = payload.operationName || undefined;
  return { schema, document, operationName, variableValues, contextValue, execute, subscribe };
}

/**
 * graphql-ws keeps the payload as long as the subscription is open. Equal texts become one: documents come from a cache, with the text
 * that was sent first.
 */
function shareText(payload: { query: string }, document: DocumentNode): void {
  if (document.loc) payload.query = document.loc.source.body;
}

/**
 * The caller of an operation. Its key is checked again each time (from the cache): an operation with a key that has been revoked
 * since gets the error, then the socket ends.
 */
async function callerOf(
  { callers, logger }: SocketParts,
  { extra }: Connection,
  payload: SubscribePayload,
): Promise<Caller | null> {
  // GraphiQL sends the headers of its tab with each operation and has none when it connects.
  const own = payload.extensions?.headers;
  const secret = (own && typeof own === 'object' ? findSecret(own as Record<string, unknown>) : null) ?? extra.secret;
  try {
    const caller = await authenticate({ callers, logger }, secret);
    if (caller) extra.use(caller);
    return caller;
  } catch (error) {
    const refused = (error as GraphQLError).extensions.code === 'UNAUTHENTICATED';
    // After the error message, which is sent when this is thrown.
    if (refused && secret === extra.secret)
      setImmediate(() => extra.socket.close(closeCode.forbidden, (error as GraphQLError).message.slice(0, 120)));
    throw error;
  }
}

async function safely<T>(mask: ErrorMask, run: () => T): Promise<Awaited<T> | ExecutionResult> {
  try {
    return await run();
  } catch (error) {
    return { errors: [mask(error)] };
  }
}
