import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { Config } from '../config.ts';
import { refusal } from '../refusal.ts';
import type { GatewayContext, ServerContext } from './context.ts';
import type { Metrics } from './metrics.ts';
import { isMultipart, readMultipart } from './multipart.ts';
import { checkContentLength, limitedBody } from './request-body.ts';

/** Of a request without a key, which can ask for nothing but the schema. */
const maxKeylessBytes = 1_000_000;

/** As many pictures as the largest plan's batch, and some to spare. */
const maxFiles = 500;

/**
 * Reads bodies within limits: a multipart request while it is executed, anything else whole. Yoga's own multipart parser
 * holds every file in memory, and its one limit for all kinds would allow as much JSON as there may be pictures.
 */
export function useRequestBody(config: Config, metrics: Metrics): Plugin<GatewayContext, ServerContext> {
  const { maxRequestBytes, maxJsonBytes, maxUploadBytes } = config;
  /** One error reaches whoever reads the body and whoever reads a file of it. */
  const counted = new WeakSet<Error>();
  const count = (error: unknown) => {
    if (!(error instanceof GraphQLError) || error.extensions.code !== 'PAYLOAD_TOO_LARGE' || counted.has(error)) return;
    counted.add(error);
    metrics.limitsBroken.inc({ limit: 'requestBytes' });
  };
  const bodyOf = (req: IncomingMessage, limitBytes: number) => {
    try {
      checkContentLength(req, limitBytes);
    } catch (error) {
      count(error);
      throw error;
    }
    return () => limitedBody(req, limitBytes).once('error', count);
  };
  return {
    onRequestParse({ request, requestParser, setRequestParser, serverContext, fetchAPI }) {
      const { req } = serverContext;
      if (req === undefined || request.method !== 'POST') {
        if (requestParser) setRequestParser((original) => parseSafely(() => requestParser(original)));
        return;
      }
      const contentType = request.headers.get('content-type') ?? '';
      if (isMultipart(contentType)) {
        const openBody = bodyOf(req, maxRequestBytes);
        const limits = { maxFiles, maxFileBytes: maxUploadBytes, maxFieldBytes: maxJsonBytes };
        const read = () => readMultipart(openBody(), contentType, limits);
        setRequestParser(() => parseSafely(read, count) as Promise<GraphQLParams>);
        return;
      }
      if (!requestParser) throw unsupportedType(contentType);
      const openBody = bodyOf(req, serverContext.caller ? maxJsonBytes : Math.min(maxJsonBytes, maxKeylessBytes));
      setRequestParser((original) =>
        parseSafely(() => requestParser(withBody(original, openBody(), fetchAPI.Request)), count),
      );
    },
  };
}

function withBody(request: Request, body: unknown, RequestClass: typeof Request): Request {
  const { method, headers, signal } = request;
  return new RequestClass(request.url, { method, headers, signal, body, duplex: 'half' } as RequestInit);
}

/** Parsers throw whatever JSON.parse does. @param onRefusal called with what it throws that is no matter of JSON. */
async function parseSafely<T>(parse: () => T | Promise<T>, onRefusal?: (error: unknown) => void): Promise<T> {
  try {
    return await parse();
  } catch (error) {
    if (error instanceof SyntaxError) throw refusal('BAD_USER_INPUT', `The request is not JSON: ${error.message}.`);
    const cause = notJsonButCause(error);
    onRefusal?.(cause);
    throw cause;
  }
}

/** Yoga answers "invalid JSON" to whatever made reading fail; the limit that did is what the client must hear of. */
function notJsonButCause(error: unknown): unknown {
  const original = error instanceof GraphQLError ? error.extensions.originalError : undefined;
  return original instanceof GraphQLError ? original : error;
}

function unsupportedType(contentType: string): GraphQLError {
  return refusal(
    'BAD_USER_INPUT',
    `The request has the Content-Type "${contentType}". Send application/json, or multipart/form-data with files.`,
    415,
  );
}
