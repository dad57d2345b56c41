import { Agent, request } from 'node:http';
import { serveParent } from './child.ts';

/**
 * A client that sends one GraphQL request again and again, over a number of connections that stay open. It reads each response, and
 * parses only the first: the client must not take the time that is measured.
 */
export interface RequestLoad {
  url: string;
  headers: Record<string, string>;
  query: string;
  connections: number;
  seconds: number;
}

export interface RequestRate {
  requests: number;
  requestsPerSecond: number;
  /** Of one response. */
  bytes: number;
  /** Of the first response. */
  data: unknown;
}

serveParent<RequestLoad, RequestRate>(async ({ url, headers, query, connections, seconds }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const body = JSON.stringify({ query });
  const send = () => post(url, { agent, headers, body });
  const { data, bytes } = await readFirst(send);
  let requests = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  const sendUntilEnd = async () => {
    while (performance.now() < endsAt) {
      const { status } = await send();
      if (status !== 200) throw new Error(`A request was answered with status ${status}.`);
      requests += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, sendUntilEnd));
  agent.destroy();
  return { requests, requestsPerSecond: (requests * 1_000) / (performance.now() - startedAt), bytes, data };
});

interface Answer {
  status: number;
  bytes: Buffer;
}

async function readFirst(send: () => Promise<Answer>): Promise<{ data: unknown; bytes: number }> {
  const { status, bytes } = await send();
  const { data, errors } = JSON.parse(bytes.toString()) as { data?: unknown; errors?: unknown };
  if (status !== 200 || errors !== undefined || data == null)
    throw new Error(`The request failed with status ${status}: ${bytes.toString().slice(0, 500)}`);
  return { data, bytes: bytes.length };
}

function post(
  url: string,
  { agent, headers, body }: { agent: Agent; headers: Record<string, string>; body: string },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(chunks) }));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
