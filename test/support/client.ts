import { type Client, createClient, type FormattedExecutionResult } from 'graphql-ws';
import WebSocket from 'ws';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, the test says
  body: any;
}

export interface HttpOperation {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
  /** Sent as X-API-Key. */
  apiKey?: string;
  headers?: Record<string, string>;
}

/** Runs a query or mutation over HTTP. */
export async function request(url: string, operation: HttpOperation): Promise<Answer> {
  const { apiKey, headers, ...body } = operation;
  return answer(
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(apiKey && { 'x-api-key': apiKey }), ...headers },
      body: JSON.stringify(body),
    }),
  );
}

/**
 * Runs an operation with files as a multipart request. `files` by the path of its variable, for example
 * `{ 'variables.file': new Blob([bytes]) }`; the variables have null there.
 */
export async function upload(url: string, operation: HttpOperation & { files: Record<string, Blob> }): Promise<Answer> {
  const { apiKey, headers, files, ...operations } = operation;
  const form = new FormData();
  form.set('operations', JSON.stringify(operations));
  form.set('map', JSON.stringify(Object.fromEntries(Object.keys(files).map((path, index) => [index, [path]]))));
  Object.values(files).forEach((file, index) => {
    form.set(String(index), file, file instanceof File ? file.name : `file-${index}`);
  });
  return answer(
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...(apiKey && { 'x-api-key': apiKey }), 'apollo-require-preflight': '1', ...headers },
      body: form,
    }),
  );
}

export async function answer(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** The text of /metrics, for an ADMIN key of the first organisation. */
export async function readMetrics({ url, apiKey }: { url: string; apiKey: string }): Promise<string> {
  return (await fetch(`${url}/metrics`, { headers: { 'x-api-key': apiKey } })).text();
}

export interface SocketClient extends Client {
  /** The code and reason that its socket was, or will be, closed with. */
  closed: Promise<{ code: number; reason: string }>;
}

/** A graphql-ws client that never connects again by itself. Dispose of it in the end. */
export function connect(url: string, connectionParams?: Record<string, unknown>): SocketClient {
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
    on: { closed: (event) => closed.resolve(event as { code: number; reason: string }) },
  });
  return Object.assign(client, { closed: closed.promise });
}

/** Runs a query or mutation over a socket. */
export async function requestOverSocket(
  client: Client,
  operation: { query: string; variables?: Record<string, unknown>; extensions?: Record<string, unknown> },
): Promise<FormattedExecutionResult<Record<string, unknown>, unknown>> {
  for await (const result of client.iterate(operation)) return result;
  throw new Error('The operation completed without a result.');
}

/** Everything that a stream over HTTP sends until it ends or is cut; both as they happened. */
export interface EventStream {
  status: number;
  contentType: string | null;
  /** The next `next` event's data; null when the stream was completed. Rejects when it was cut. */
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, the test says
  next(): Promise<any>;
  /** Hangs up. */
  close(): void;
}

/** Subscribes over HTTP with text/event-stream. */
export async function openEventStream(url: string, operation: HttpOperation): Promise<EventStream> {
  const { apiKey, headers, ...body } = operation;
  const hangUp = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(apiKey && { 'x-api-key': apiKey }),
      ...headers,
    },
    body: JSON.stringify(body),
    signal: hangUp.signal,
  });
  const events = parseEvents(response.body!);
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    async next() {
      const { value } = await events.next();
      if (value === undefined) throw new Error('The stream ended without being completed.');
      return value.event === 'complete' ? null : JSON.parse(value.data);
    },
    close: () => hangUp.abort(),
  };
}

async function* parseEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<{ event: string; data: string }> {
  let buffered = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream() as never) as AsyncIterable<string>) {
    buffered += chunk;
    const blocks = buffered.split('\n\n');
    buffered = blocks.pop()!;
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      if (event) yield { event, data: /^data: ?(.*)$/m.exec(block)?.[1] ?? '' };
    }
  }
}
