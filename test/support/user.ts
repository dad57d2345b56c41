import { connect, request, type SocketClient, upload } from './client.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer, the test says
export type Data = any;

type Variables = Record<string, unknown>;

/** One program with a key: queries and mutations over HTTP, streams over one WebSocket. */
export interface User {
  url: string;
  apiKey: string;
  /**
   * The data of the answer. `files` by the path of their variable below `variables`, for example
   * `{ 'input.images.0.source.upload': blob }`; the variables have null there.
   * @throws with operation and answer when it has errors.
   */
  run(query: string, variables?: Variables, files?: Record<string, Blob>): Promise<Data>;
  /** The first error of an operation that must fail. */
  fail(query: string, variables?: Variables): Promise<{ status: number; message: string; code: string }>;
  /** The events of a subscription's one field, as they come, until the server completes it or the loop is left. */
  stream(query: string, variables?: Variables): AsyncGenerator<Data, void>;
  /** All events of a stream that completes by itself. */
  collect(query: string, variables?: Variables): Promise<Data[]>;
  /** Closes the socket, which ends all streams; the next one opens another. */
  close(): Promise<void>;
}

export function createUser({ url, apiKey }: { url: string; apiKey: string }): User {
  let client: SocketClient | null = null;

  async function* stream(query: string, variables?: Variables): AsyncGenerator<Data, void> {
    client ??= connect(url, { apiKey });
    for await (const result of client.iterate<Record<string, Data>>({ query, variables })) {
      if (result.errors) throw new Error(describe(query, variables, result));
      yield Object.values(result.data!)[0];
    }
  }

  return {
    url,
    apiKey,
    async run(query, variables = {}, files = {}) {
      const paths = Object.entries(files).map(([path, file]) => [`variables.${path}`, file] as const);
      const answer =
        paths.length > 0
          ? await upload(url, { apiKey, query, variables, files: Object.fromEntries(paths) })
          : await request(url, { apiKey, query, variables });
      if (answer.status !== 200 || answer.body.errors) throw new Error(describe(query, variables, answer.body));
      return answer.body.data;
    },
    async fail(query, variables = {}) {
      const { status, body } = await request(url, { apiKey, query, variables });
      const error = body.errors?.[0];
      if (!error) throw new Error(`It was expected to fail.\n${describe(query, variables, body)}`);
      return { status, message: error.message, code: error.extensions?.code };
    },
    stream,
    async collect(query, variables) {
      const events: Data[] = [];
      for await (const event of stream(query, variables)) events.push(event);
      return events;
    },
    async close() {
      const closing = client;
      client = null;
      await closing?.dispose();
    },
  };
}

function describe(query: string, variables: unknown, answer: unknown): string {
  // Pictures as base64 would bury the rest.
  const short = (_key: string, value: unknown) =>
    typeof value === 'string' && value.length > 300 ? `${value.slice(0, 300)}…` : value;
  return `${query}\nvariables: ${JSON.stringify(variables, short)}\nanswer: ${JSON.stringify(answer, short, 2)}`;
}
