import type { IncomingMessage } from 'node:http';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { Config } from '../../config.ts';
import { refusal } from '../../refusal.ts';
import type { GatewayContext, ServerContext } from '../context.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import { parseOperation } from '../operations/parse-operation.ts';
import { declaresBase64 } from './base64-variables.ts';
import { gunzipBody } from './gunzip-body.ts';
import { isMultipart, readMultipart } from './multipart.ts';
import { contentCodingOf, decodeText, isGzip, readWhole } from './read-body.ts';
import { checkContentLength, limitedBody, readLimited } from './request-body.ts';
import { normalizeParams, readerOf, readSearchParams } from './request-params.ts';

/** For a request without a key, which can only introspect the schema. */
const maxKeylessBytes = 1_000_000;

/** For an operation without base64: as much as the largest batch of links with all their metadata. */
const maxPlainBytes = 4_000_000;

/** As many pictures as the batch of the largest plan, and some more. */
const maxFiles = 500;

type Params = GraphQLParams | GraphQLParams[];

/**
 * Reads requests instead of Yoga's parsers, which keep every file in memory, have one limit for all kinds of bodies, quote a broken
 * body in the error and accept media types in lower case only.
 */
export function useRequestBody(
  config: Config,
  schema: GraphQLSchema,
  metrics: Metrics,
): Plugin<GatewayContext, ServerContext> {
  const { maxRequestBytes, maxJsonBytes, maxUploadBytes, maxVideoBytes } = config;
  /** The reader of the body and the reader of a file in it get the same error. */
  const counted = new WeakSet<Error>();
  const count = (error: unknown) => {
    if (!(error instanceof GraphQLError) || counted.has(error)) return;
    counted.add(error);
    if (error.extensions.code === 'PAYLOAD_TOO_LARGE') metrics.limitsBroken.inc({ limit: 'requestBytes' });
    else if (error.extensions.limit === 'jsonValues') metrics.limitsBroken.inc({ limit: 'jsonValues' });
  };
  const open = (req: IncomingMessage, limitBytes: number) => {
    checkContentLength(req, limitBytes);
    const body = limitedBody(req, limitBytes);
    // Decompressed, it may be no larger than a body that is not compressed.
    const content = isGzip(req) ? gunzipBody(body, limitBytes) : body;
    return content.once('error', count);
  };

  function readForm(req: IncomingMessage, contentType: string): Promise<Params> {
    // Whether a file is an image or a video is not known here; who stores it applies the limit of its kind.
    const maxFileBytes = Math.max(maxUploadBytes, maxVideoBytes);
    const limits = { maxFiles, maxFileBytes, maxFieldBytes: maxJsonBytes };
    return readMultipart(open(req, maxRequestBytes), contentType, limits) as Promise<Params>;
  }

  async function readText(req: IncomingMessage, contentType: string, hasKey: boolean): Promise<Params> {
    const readParams = readerOf(contentType);
    if (readParams === undefined) throw unsupportedType(contentType);
    const limitBytes = hasKey ? maxJsonBytes : maxKeylessBytes;
    checkContentLength(req, limitBytes);
    const bytes = await (isGzip(req) ? readWhole(open(req, limitBytes)) : readLimited(req, limitBytes));
    const params = readParams(decodeText(bytes));
    if (bytes.length > maxPlainBytes && !takesBase64(params)) throw tooLargeForLinks();
    return params;
  }

  const takesBase64 = (params: Params) =>
    [params].flat().some(({ query }) => typeof query === 'string' && declaresBase64(schema, parseOperation(query)));

  return {
    onRequestParse({ request, setRequestParser, serverContext }) {
      const { req, caller } = serverContext;
      if (request.method === 'GET') return setRequestParser(({ url }) => readSearchParams(new URL(url).searchParams));
      if (req === undefined || request.method !== 'POST') return;
      const coding = contentCodingOf(req);
      if (coding !== 'identity' && coding !== 'gzip') throw unsupportedCoding(coding);
      const contentType = request.headers.get('content-type') ?? '';
      const read = isMultipart(contentType)
        ? () => readForm(req, contentType)
        : () => readText(req, contentType, caller != null);
      setRequestParser(() =>
        Promise.try(read).catch((error) => {
          count(error);
          throw error;
        }),
      );
    },
    onParams: ({ params, setParams }) => setParams(normalizeParams(params)),
  };
}

function tooLargeForLinks(): GraphQLError {
  return refusal(
    'PAYLOAD_TOO_LARGE',
    `The request is larger than ${maxPlainBytes} bytes, the most for an operation without a variable for base64. Send several.`,
  );
}

function unsupportedCoding(name: string): GraphQLError {
  return refusal(
    'BAD_USER_INPUT',
    `The request has the Content-Encoding "${name}". Send the body as gzip, or uncompressed without this header.`,
    415,
  );
}

function unsupportedType(contentType: string): GraphQLError {
  return refusal(
    'BAD_USER_INPUT',
    `The request has the Content-Type "${contentType.slice(0, 100)}". Send application/json, or multipart/form-data with files.`,
    415,
  );
}
