/**
 * The backend of a page: it holds the API key and gives the page session tokens.
 * `SIGHTLINE_API_KEY=… npm run node examples/clients/page/backend.ts <task id>`, then open http://127.0.0.1:8080.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const { SIGHTLINE_URL = 'http://127.0.0.1:4000', SIGHTLINE_API_KEY = '', PORT = '8080' } = process.env;
/** How long the page works with one token. It gets the next one by itself. */
const expiresInSeconds = Number(process.env.SESSION_SECONDS ?? 3600);
const [taskId] = process.argv.slice(2);
if (!SIGHTLINE_API_KEY || !taskId) throw new Error('Set SIGHTLINE_API_KEY, and pass the id of a task.');

const files: Record<string, [path: string, contentType: string]> = {
  '/': [fileURLToPath(new URL('index.html', import.meta.url)), 'text/html; charset=utf-8'],
  '/graphql-ws.js': [
    fileURLToPath(new URL('../umd/graphql-ws.min.js', import.meta.resolve('graphql-ws'))),
    'text/javascript',
  ],
};

const createSessionToken = /* GraphQL */ `
  mutation ($input: CreateSessionTokenInput!) {
    createSessionToken(input: $input) {
      ... on CreateSessionTokenPayload { secret }
      ... on UserError { message }
    }
  }
`;

/** What a page needs to connect: where to, a token that sees this task and nothing else, and the task. */
async function openSession(actor: string) {
  const response = await fetch(`${SIGHTLINE_URL}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': SIGHTLINE_API_KEY },
    body: JSON.stringify({
      query: createSessionToken,
      variables: { input: { scopes: ['READ'], taskIds: [taskId], expiresInSeconds, actor } },
    }),
  });
  const { data, errors } = await response.json();
  const token = data?.createSessionToken.secret;
  if (!token) throw new Error(errors?.[0].message ?? data.createSessionToken.message);
  return { socketUrl: `${SIGHTLINE_URL.replace(/^http/, 'ws')}/graphql`, token, taskId };
}

const server = createServer((request, response) => {
  const [path, contentType] = files[request.url ?? ''] ?? [];
  if (path && request.method === 'GET') return response.setHeader('content-type', contentType!).end(readFileSync(path));
  if (request.url !== '/session' || request.method !== 'POST') return response.writeHead(404).end();
  // Your own sign-in goes here: it says who asks. This backend admits everybody who reaches it, so it listens on this machine only.
  openSession('visitor')
    .then((session) => response.setHeader('content-type', 'application/json').end(JSON.stringify(session)))
    .catch((error: Error) => response.writeHead(502).end(error.message));
});
server.listen(Number(PORT), '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.log(`http://127.0.0.1:${port}`);
});
