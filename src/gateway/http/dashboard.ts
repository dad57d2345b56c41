import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Config } from '../../config.ts';
import type { Resources } from '../../resources.ts';
import { onlyReads, respond, respondError } from './respond.ts';

/** Where the set-up and the Dockerfile put the built dashboard. */
const builtDashboard = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url));

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** A response below this fits into one packet. */
const compressedFromBytes = 1_000;

type Encoding = 'br' | 'gzip';

interface Asset {
  contentType: string;
  etag: string;
  content: Buffer;
  /** Compressed when first requested: all of them together take some hundred milliseconds. */
  compressed: Map<Encoding, Promise<Buffer>>;
}

export interface DashboardRoutes {
  /** The page itself, at `/`. */
  page(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Its scripts and styles, at `/assets/…`. */
  asset(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void>;
}

/** Whether browsers get the dashboard at `/`: it is not switched off and has been built. */
export function servesDashboard({ dashboard }: Pick<Config, 'dashboard'>, directory = builtDashboard): boolean {
  return dashboard && existsSync(path.join(directory, 'index.html'));
}

/**
 * Serves the dashboard from memory, which a new build does not change: all parts that a page loads are from one build.
 * @param directory of the build
 * @returns null when it has not been built
 */
export function createDashboardRoutes(app: Resources, directory = builtDashboard): DashboardRoutes | null {
  if (!existsSync(path.join(directory, 'index.html'))) return null;
  const page = readAsset(path.join(directory, 'index.html'));
  const assets = readAssets(path.join(directory, 'assets'));
  return {
    async page(req, res) {
      if (!onlyReads(req, res)) return;
      res.setHeader('content-security-policy', contentPolicy(app));
      res.setHeader('referrer-policy', 'no-referrer');
      // Not cached: the names of the parts change with every build.
      await sendAsset(req, res, page, 'no-cache');
    },
    async asset(req, res, url) {
      if (!onlyReads(req, res)) return;
      const asset = assets.get(url.pathname.slice('/assets/'.length));
      if (asset === undefined)
        return respondError(res, 404, 'NOT_FOUND', 'This part of the dashboard does not exist. Reload the page.');
      // The name contains a hash of the content.
      await sendAsset(req, res, asset, 'public, max-age=31536000, immutable');
    },
  };
}

function readAssets(directory: string): Map<string, Asset> {
  return new Map(readdirSync(directory).map((name) => [name, readAsset(path.join(directory, name))]));
}

function readAsset(file: string): Asset {
  const content = readFileSync(file);
  return {
    contentType: contentTypes[path.extname(file)] ?? 'application/octet-stream',
    etag: createHash('sha256').update(content).digest('base64url'),
    content,
    compressed: new Map(),
  };
}

async function sendAsset(req: IncomingMessage, res: ServerResponse, asset: Asset, cacheControl: string): Promise<void> {
  const encoding = chooseEncoding(req, asset);
  const etag = `"${asset.etag}${encoding === null ? '' : `-${encoding}`}"`;
  const headers = { etag, vary: 'accept-encoding', 'cache-control': cacheControl, 'content-type': asset.contentType };
  if (req.headers['if-none-match'] === etag) {
    res.writeHead(304, headers).end();
    return;
  }
  if (encoding === null) respond(res, 200, headers, asset.content);
  else respond(res, 200, { ...headers, 'content-encoding': encoding }, await compress(asset, encoding));
}

function chooseEncoding(req: IncomingMessage, { content }: Asset): Encoding | null {
  if (content.length < compressedFromBytes) return null;
  const accepted = req.headers['accept-encoding'] ?? '';
  if (/\bbr\b/.test(accepted)) return 'br';
  return /\bgzip\b/.test(accepted) ? 'gzip' : null;
}

function compress(asset: Asset, encoding: Encoding): Promise<Buffer> {
  const known = asset.compressed.get(encoding);
  if (known) return known;
  const made =
    encoding === 'gzip'
      ? promisify(gzip)(asset.content)
      : // The best quality takes 20 times as long for a tenth less.
        promisify(brotliCompress)(asset.content, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } });
  asset.compressed.set(encoding, made);
  return made;
}

/**
 * The page runs only its own scripts and connects only to this server. Pictures, videos and uploads may be elsewhere: at PUBLIC_URL, or at
 * the bucket that clients are sent to.
 */
function contentPolicy(app: Resources): string {
  const files = [new URL(app.publicUrl()).origin, ...app.blobs.linkOrigins].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob: ${files}`,
    `media-src 'self' ${files}`,
    `connect-src 'self' ${files}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
