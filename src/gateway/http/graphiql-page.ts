import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { graphiqlTabs } from './graphiql-tabs.ts';

/** Of the form for the key, beside the title, and of tabs, which stay where they are (graphiql-no-drag.js). */
const style = `
  .graphiql-tab { transform: none !important; }
  #api-key { position: fixed; top: 22px; right: 150px; z-index: 5; display: flex; gap: 8px; font: 14px system-ui, sans-serif; }
  #api-key input, #api-key button { padding: 4px 10px; border: 1px solid #8888; border-radius: 4px; background: #fff; color: #222; font: inherit; }
  #api-key input { width: 220px; }
  #api-key button { cursor: pointer; }
  #api-key [hidden] { display: none; }
  @media (prefers-color-scheme: dark) { #api-key input, #api-key button { background: #222b3c; color: #eee; } }
`;

/** They run before GraphiQL. */
const ownScripts = ['graphiql-key.js', 'graphiql-own-answer.js', 'graphiql-no-drag.js'];

/**
 * GraphiQL with everything it needs in one page: nothing is fetched from elsewhere, so it works offline.
 * @returns the page, 9 MB, and the policy that it is to be sent with
 */
export async function renderGraphiQLPage(): Promise<{ html: string; policy: string }> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const scripts = await Promise.all(ownScripts.map((name) => readFile(new URL(name, import.meta.url), 'utf8')));
  const rendered = renderGraphiQL({
    title: 'Sightline',
    subscriptionsProtocol: 'WS',
    defaultEditorToolsVisibility: 'variables',
    // It would keep keys that stand in headers in the browser for ever.
    shouldPersistHeaders: false,
    defaultTabs: graphiqlTabs,
  });
  const html = rendered.replace(
    '<head>',
    () => `<head><style>${style}</style>${scripts.map((text) => `<script>${text}</script>`).join('')}`,
  );
  return { html, policy: contentPolicy(html) };
}

/** Only this page's own scripts run, and they talk to this server only. */
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
