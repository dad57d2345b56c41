import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { graphiqlTabs } from './graphiql-tabs.ts';
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

/**
 * GraphiQL with everything it needs in one page: nothing is fetched from elsewhere, so it works offline. The page is 9 MB (2.5 MB
 * compressed); it is made when first requested, then kept.
 */
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
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = Buffer.from(
    renderGraphiQL({
      title: 'Sightline',
      subscriptionsProtocol: 'WS',
      defaultEditorToolsVisibility: 'headers',
      headers: JSON.stringify({ 'X-API-Key': '' }, null, 2),
      defaultTabs: graphiqlTabs,
    }),
  );
  return {
    html,
    compressed: await promisify(gzip)(html),
    etag: `"${createHash('sha256').update(html).digest('base64url')}"`,
    policy: contentPolicy(html.toString()),
  };
}

/** Only this page's own script runs, and it connects only to this server. */
function contentPolicy(html: string): string {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')} blob: 'wasm-unsafe-eval'`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    "img-src 'self' data: blob:",
    'font-src data:',
    "connect-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
