import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PictureOrders } from '../picture-orders/picture-orders.ts';
import { retryAfterSeconds } from '../refusal.ts';
import type { Resources } from '../resources.ts';
import { inSpan, readTraceparent } from '../tracing/tracing.ts';
import { createAnnotatedRoute, createCropRoute } from './files/analysis-pictures.ts';
import { createExportRoute } from './files/exports.ts';
import { createImageRoute } from './files/images.ts';
import { createPlanogramRoute } from './files/planogram-drawings.ts';
import { createUploadRoute } from './files/uploads.ts';
import { createFrameRoute, createPosterRoute, createTrackRoute } from './files/video-pictures.ts';
import { createVideoRoute } from './files/videos.ts';
import { allowOrigins, graphqlForPages } from './http/cors.ts';
import { createDashboardRoutes } from './http/dashboard.ts';
import { answerWithoutGraphiQL, createGraphiQLRoute, wantsGraphiQL } from './http/graphiql.ts';
import { drainAfterAnswer } from './http/request-body.ts';
import { onlyReads, respond, respondError } from './http/respond.ts';
import type { Metrics } from './monitoring/metrics.ts';
import { type Trouble, troubleOf, troubleText } from './operations/trouble.ts';
import type { Yoga } from './yoga.ts';

/** Anything that answers a request. */
export type RequestHandler = (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<void> | void;

/** The handler of a path; the name is a label in metrics. */
interface Route {
  name: string;
  handle: RequestHandler;
}

export interface RouteParts {
  app: Resources;
  yoga: Yoga;
  metrics: Metrics;
  isReady(): Promise<boolean>;
  readMetrics: RequestHandler;
}

/** The handler of all requests. It always responds, and never throws. */
export function createRequestHandler(parts: RouteParts): (req: IncomingMessage, res: ServerResponse) => void {
  const { app, metrics } = parts;
  const find = createRoutes(parts);
  return (req, res) => {
    drainAfterAnswer(req, res);
    endWhenUnread(res, metrics);
    // Everything that is sent, including files of clients and errors, is of the type that its header says.
    res.setHeader('x-content-type-options', 'nosniff');
    const url = parseTarget(req.url);
    const route = url ? find(url.pathname) : badTarget;
    res.once('close', () => metrics.httpRequests.inc({ route: route.name, status: res.statusCode }));
    inRequestSpan(req, res, route, () => Promise.try(() => route.handle(req, res, url as URL))).catch((error) => {
      app.logger.error({ err: error, route: route.name }, 'A request failed unexpectedly.');
      if (res.headersSent) res.destroy();
      else respondFailure(res, troubleOf(error));
    });
  };
}

/** In the trace of the client, if it sends one. What load balancers and Prometheus ask every few seconds has none. */
function inRequestSpan(
  req: IncomingMessage,
  res: ServerResponse,
  { name }: Route,
  handle: () => Promise<void>,
): Promise<void> {
  if (['livez', 'readyz', 'metrics'].includes(name)) return handle();
  const attributes = { 'http.request.method': req.method ?? '', 'http.route': name };
  const parent = readTraceparent(req.headers.traceparent);
  return inSpan(`${req.method} ${name}`, { kind: 'SERVER', parent, attributes }, async (span) => {
    await handle();
    span.set({ 'http.response.status_code': res.statusCode });
  });
}

/**
 * Closes the connection of a client that does not read. Node reports connections without activity, and counts a long write that
 * progresses as activity. A client that waits for our response has nothing to read yet.
 */
function endWhenUnread(res: ServerResponse, metrics: Metrics): void {
  res.on('timeout', (socket: Socket) => {
    if (socket.writableLength === 0) return;
    metrics.limitsBroken.inc({ limit: 'unreadResponse' });
    socket.destroy();
  });
}

function respondFailure(res: ServerResponse, trouble: Trouble | null): void {
  // The headers about the file do not apply to this response, and it must not be cached.
  for (const name of ['content-disposition', 'etag', 'accept-ranges', 'content-range']) res.removeHeader(name);
  res.setHeader('cache-control', 'no-store');
  if (trouble === null) respondError(res, 500, 'INTERNAL', "Internal error. The server's log has the details.");
  else {
    res.setHeader('retry-after', retryAfterSeconds);
    respondError(res, 503, 'UNAVAILABLE', `${troubleText[trouble]} Retry in a few seconds.`);
  }
}

function createRoutes({ app, yoga, isReady, readMetrics }: RouteParts): (pathname: string) => Route {
  const graphiql = app.config.graphiql ? createGraphiQLRoute() : answerWithoutGraphiQL;
  const graphql: Route = {
    name: 'graphql',
    handle: async (req, res) => {
      if (wantsGraphiQL(req)) return graphiql(req, res);
      if (allowOrigins(req, res, { ...graphqlForPages, origins: app.config.corsOrigins })) return;
      await yoga.handle(req, res);
    },
  };
  const orders = new PictureOrders(app);
  const dashboard = app.config.dashboard ? createDashboardRoutes(app) : null;
  if (app.config.dashboard && dashboard === null)
    app.logger.warn(
      'The dashboard has not been built: / leads to GraphiQL. `npm run setup` builds it and says what fails.',
    );
  /** By the first segment of the path; the second is an id or the name of a file. */
  const files: Record<string, RequestHandler> = {
    ...(dashboard && { assets: dashboard.asset }),
    images: createImageRoute(app, orders),
    annotated: createAnnotatedRoute(app, orders),
    crops: createCropRoute(app, orders),
    planograms: createPlanogramRoute(app),
    videos: createVideoRoute(app),
    frames: createFrameRoute(app, orders),
    posters: createPosterRoute(app, orders),
    tracks: createTrackRoute(app, orders),
    exports: createExportRoute(app),
    uploads: createUploadRoute(app),
  };
  const fixed: Record<string, Route> = {
    '/': { name: 'root', handle: dashboard?.page ?? leadToGraphiQL },
    '/graphql': graphql,
    '/graphql/': graphql,
    '/livez': { name: 'livez', handle: (req, res) => void (onlyReads(req, res) && respondText(res, 200, 'live')) },
    '/readyz': {
      name: 'readyz',
      handle: async (req, res) => {
        if (!onlyReads(req, res)) return;
        const ready = await isReady();
        respondText(res, ready ? 200 : 503, ready ? 'ready' : 'not ready; the log says why');
      },
    },
    '/metrics': { name: 'metrics', handle: readMetrics },
  };
  return (pathname) => {
    if (Object.hasOwn(fixed, pathname)) return fixed[pathname]!;
    const [, folder] = /^\/([a-z]+)\//.exec(pathname) ?? [];
    return folder !== undefined && Object.hasOwn(files, folder) ? { name: folder, handle: files[folder]! } : notFound;
  };
}

/** Relative, because a proxy may add a path prefix. */
function leadToGraphiQL(_req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(302, { location: 'graphql' }).end();
}

const notFound: Route = {
  name: 'other',
  handle: (_req, res) => respondError(res, 404, 'NOT_FOUND', 'Nothing exists at this path. The API is at /graphql.'),
};

const badTarget: Route = {
  name: 'other',
  handle: (_req, res) => respondError(res, 400, 'BAD_REQUEST', 'The request target is not a valid path.'),
};

/** The path and query of a request; null when they cannot be parsed. The host does not matter here. */
export function parseTarget(target: string | undefined): URL | null {
  // "//host/path" would be read as another host, "http://…" is for proxies, which this is not.
  if (!target?.startsWith('/') || target.startsWith('//')) return null;
  return URL.parse(target, 'http://localhost');
}

function respondText(res: ServerResponse, status: number, text: string): void {
  respond(res, status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, `${text}\n`);
}
