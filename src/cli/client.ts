import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { createClient } from 'graphql-ws';

/** Path in the variables (such as `input.thumbnail.upload`) → the file that goes there, or the path of one. */
export type Files = Record<string, string | File>;

/** The three ways to call the gateway. Each rejects with one sentence for a person if the server returns an error. */
export interface Client {
  /** A query or mutation. */
  request<T>(query: string, variables?: object): Promise<T>;
  /** A mutation with files, as a GraphQL multipart request. The variables have null in place of each file. */
  upload<T>(query: string, variables: object, files: Files): Promise<T>;
  /** A subscription over WebSocket: one value per event, until the server completes it. */
  subscribe<T>(query: string, variables: object): AsyncGenerator<T>;
  close(): Promise<void>;
}

interface GraphQLResponse {
  data?: unknown;
  errors?: readonly { message: string }[];
}

/**
 * A client of the gateway at `url`.
 * @param signal ends waiting calls, which then reject with its reason
 */
export function connect(url: string, apiKey: string, signal: AbortSignal): Client {
  const endpoint = `${url}/graphql`;
  // Lazy: it connects with the first subscription.
  const socket = createClient({ url: endpoint.replace(/^http/, 'ws'), connectionParams: { apiKey } });

  const post = async (body: string | FormData): Promise<never> => {
    const headers = new Headers({ 'X-API-Key': apiKey, Accept: 'application/json' });
    // A form sets its own, with the boundary between its parts.
    if (typeof body === 'string') headers.set('Content-Type', 'application/json');
    const response = await fetch(endpoint, { method: 'POST', headers, body, signal });
    return dataOf(await readJson(response)) as never;
  };

  return {
    request: (query, variables = {}) => post(JSON.stringify({ query, variables })),
    upload: async (query, variables, files) => post(await multipartBody(query, variables, files)),
    async *subscribe<T>(query: string, variables: object) {
      signal.throwIfAborted();
      const events = socket.iterate({ query, variables: { ...variables } });
      const stop = () => void events.return?.();
      signal.addEventListener('abort', stop, { once: true });
      try {
        for await (const event of events) yield dataOf(event) as T;
      } finally {
        signal.removeEventListener('abort', stop);
      }
      signal.throwIfAborted();
    },
    close: async () => socket.dispose(),
  };
}

/** https://github.com/jaydenseric/graphql-multipart-request-spec: operations, map, then the files in the order of the map. */
async function multipartBody(query: string, variables: object, files: Files): Promise<FormData> {
  const entries = Object.entries(files);
  const map = Object.fromEntries(entries.map(([variable], index) => [index, [`variables.${variable}`]]));
  const form = new FormData();
  form.set('operations', JSON.stringify({ query, variables }));
  form.set('map', JSON.stringify(map));
  for (const [index, [, file]] of entries.entries()) {
    // Read from disk as it is sent, so that two hundred photographs need no memory.
    if (typeof file === 'string') form.set(String(index), await openAsBlob(file), basename(file));
    else form.set(String(index), file, file.name);
  }
  return form;
}

async function readJson(response: Response): Promise<GraphQLResponse> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The server answered HTTP ${response.status} without JSON: ${text.slice(0, 200)}`);
  }
}

function dataOf({ data, errors }: GraphQLResponse): unknown {
  if (errors && errors.length > 0)
    throw new Error(`The server rejected the request: ${errors.map(({ message }) => message).join(' ')}`);
  return data;
}
