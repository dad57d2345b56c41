import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { renderGraphiQLPage } from './graphiql-page.ts';
import { respond, respondError } from './respond.ts';

interface Page {
  html: Buffer;
  compressed: Buffer;
  etag: string;
  policy: string;
}

/** Whether a browser opens the endpoint's address, rather than a program that sends an operation. */
export function wantsGraphiQL(req: IncomingMessage): boolean {
  const reads = req.method === 'GET' || req.method === 'HEAD';
  return reads && (req.headers.accept ?? '').includes('text/html');
}

/** The response to a browser when GRAPHIQL is off. */
export function answerWithoutGraphiQL(_req: IncomingMessage, res: ServerResponse): void {
  respondError(
    res,
    404,
    'NOT_FOUND',
    'GraphiQL is disabled on this server (GRAPHIQL=off). Send operations as JSON by POST.',
  );
}

/** GraphiQL at the endpoint's address. The page (9 MB, 2.5 MB compressed) is made when first requested, then kept. */
export function createGraphiQLRoute(): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  let page: Promise<Page> | undefined;
  return async (req, res) => {
    page ??= renderPage();
    const { html, compressed, etag, policy } = await page;
    const headers = {
      etag,
      vary: 'accept, accept-encoding',
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
    };
    if (req.headers['if-none-match'] === etag) {
      res.writeHead(304, headers).end();
      return;
    }
    if (/\bgzip\b/.test(req.headers['accept-encoding'] ?? ''))
      respond(res, 200, { ...headers, 'content-encoding': 'gzip' }, compressed);
    else respond(res, 200, headers, html);
  };
}

async function renderPage(): Promise<Page> {
  const { html, policy } = await renderGraphiQLPage();
  const bytes = Buffer.from(html);
  return {
    html: bytes,
    compressed: await promisify(gzip)(bytes),
    etag: `"${createHash('sha256').update(bytes).digest('base64url')}"`,
    policy,
  };
}
