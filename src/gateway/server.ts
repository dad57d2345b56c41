import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import { createCallers } from '../organizations/callers.ts';
import type { Resources } from '../resources.ts';
import type { EngineState } from '../shared/engine-state.ts';
import { SystemStatus } from '../system/system-status.ts';
import { closeServer } from './close-server.ts';
import { keepRoom, openFilesLimit } from './http/connection-room.ts';
import { servesDashboard } from './http/dashboard.ts';
import { expectContinue } from './http/request-body.ts';
import { Draining } from './monitoring/drain.ts';
import { gatewayChecks } from './monitoring/gateway-checks.ts';
import { gatewayGauges } from './monitoring/gateway-gauges.ts';
import { createReadiness } from './monitoring/health.ts';
import { createMetrics, type GaugeSource } from './monitoring/metrics.ts';
import { createMetricsRoute, createMetricsServer } from './monitoring/metrics-route.ts';
import { createErrorMask } from './operations/mask-errors.ts';
import { ResponseMemory } from './responses/response-size.ts';
import { createRequestHandler } from './routes.ts';
import { type KeylessLimits, keylessLimits } from './sockets/keyless-sockets.ts';
import { LiveConnections } from './sockets/live-connections.ts';
import { acceptUpgrades } from './sockets/upgrades.ts';
import { createWebSockets } from './sockets/websocket.ts';
import { createGraphQL } from './yoga.ts';

/** A request may take as long as a gigabyte over a slow connection; one that stalls is ended after a minute anyway. */
const requestTimeoutMs = 30 * 60_000;
const headersTimeoutMs = 30_000;
/** Longer than proxies keep their connections (usually 60 s), so that they never use one that we are closing. */
const keepAliveTimeoutMs = 75_000;
/** How late the connections of a revoked key may end. */
const defaultRevalidateKeysMs = 20_000;
/** How long a client may read nothing of a response. */
const defaultStallMs = 60_000;
/** Half of what proxies usually wait (60 s). */
const defaultQueryDeadlineMs = 30_000;

export interface GatewayOptions extends Omit<Resources, 'publicUrl' | 'system'> {
  schema: GraphQLSchema;
  /** State of this process's engines; null when it has none, so that readiness does not require one. */
  engines: (() => readonly { state: EngineState }[]) | null;
  /** More numbers for /metrics, for example the number of waiting jobs. */
  gauges?: readonly GaugeSource[];
  /** How often the keys of open connections are checked again. Default 20,000. */
  revalidateKeysMs?: number;
  /** How long a query may take. Default 30,000. */
  queryDeadlineMs?: number;
  /** How long a client may read nothing of a response. Default 60,000. */
  stallMs?: number;
  /** Limits of WebSockets that have sent no key. */
  keylessSockets?: KeylessLimits;
}

export interface Gateway {
  /** The address for clients, without a slash at the end: PUBLIC_URL, or where it listens. */
  url: string;
  /** Where browsers on this machine find the dashboard; null: it is not served, or other machines can reach it too. */
  localDashboardUrl: string | null;
  port: number;
  /**
   * Makes /readyz answer 503, so that no more requests are sent here. Everything still works. Resolves when load balancers that
   * probe have had SHUTDOWN_DRAIN_SECONDS to notice.
   */
  drain(): Promise<void>;
  /**
   * Stops listening, ends sockets with 1001 and cuts streams, so that their clients reconnect to another server, lets requests
   * finish for `graceMs`, then cuts them. A second call waits for the first.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * Serves GraphQL over HTTP and WebSocket, pictures, health and metrics.
 * @throws when the address cannot be listened on, with a sentence that says what to do
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, logger, db, schema } = options;
  const server = createServer({
    requestTimeout: requestTimeoutMs,
    headersTimeout: headersTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    // An upgrade to another protocol may be declined with a normal response: some clients offer h2c or TLS with every request.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  const stallMs = options.stallMs ?? defaultStallMs;
  // Without activity. Each response decides what happens then (`endWhenUnread`).
  server.timeout = stallMs;
  let url = config.publicUrl ?? '';
  const system = new SystemStatus({ db, logger });
  const app: Resources = { ...options, system, publicUrl: () => url };
  const draining = new Draining();
  const mask = createErrorMask(logger);
  const callers = createCallers({ db, logger });
  const live = new LiveConnections({ db, logger }, options.revalidateKeysMs ?? defaultRevalidateKeysMs);
  options.events.onUnreachable(() => {
    logger.warn(
      { connections: live.connections.size },
      'Closing live connections, because the database cannot be reached.',
    );
    live.endUnavailable();
  });
  const metrics = createMetrics([
    ...gatewayGauges({ live, sockets: () => sockets, events: options.events }),
    ...(options.gauges ?? []),
  ]);
  const memory = new ResponseMemory(config.maxResponseBytes);
  const yoga = createGraphQL({
    app,
    schema,
    callers,
    live,
    metrics,
    mask,
    memory,
    queryDeadlineMs: options.queryDeadlineMs ?? defaultQueryDeadlineMs,
  });
  const sockets = createWebSockets(
    { yoga, callers, live, mask, metrics, logger, memory, stallMs },
    options.keylessSockets ?? keylessLimits,
  );
  const checkReadiness = createReadiness(gatewayChecks({ db, engines: options.engines, draining }), logger);
  const metricsServer = createMetricsServer(metrics.registry);
  const handle = createRequestHandler({
    app,
    yoga,
    metrics,
    isReady: () => {
      draining.probed();
      return checkReadiness();
    },
    readMetrics: createMetricsRoute({ db, callers, logger, registry: metrics.registry }),
  });
  // A connection that is kept alive would bring the next request here, too.
  server.prependListener('request', (_req, res) => {
    if (draining.begun) res.setHeader('connection', 'close');
  });
  server.on('request', handle);
  server.on('checkContinue', (req, res) => {
    expectContinue(req, res);
    handle(req, res);
  });
  server.on('upgrade', acceptUpgrades(sockets, draining));
  try {
    keepRoom(server, await openFilesLimit());
    await listen(server, config.host, config.port, 'PORT');
    if (config.metricsPort !== null) await listen(metricsServer, config.host, config.metricsPort, 'METRICS_PORT');
  } catch (error) {
    await live.close();
    sockets.terminate();
    closeNow(server);
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  url ||= addressOf(config.host, port);
  let closing: Promise<void> | undefined;
  return {
    url,
    localDashboardUrl: servesDashboard(config) && isLoopback(config.host) ? addressOf(config.host, port) : null,
    port,
    drain: () => draining.begin(config.shutdownDrainSeconds * 1000),
    close(graceMs) {
      draining.end();
      closing ??= closeServer({ server, live, sockets, yoga, system }, graceMs).finally(() => closeNow(metricsServer));
      return closing;
    },
  };
}

/** @param variable that names the port */
async function listen(server: Server, host: string, port: number, variable: string): Promise<void> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const advice: Record<string, string> = {
      EADDRINUSE: `Another program listens on port ${port} of ${host} already. Stop it, or set ${variable} (0 picks a free one).`,
      EACCES: `This user may not listen on port ${port}. Set ${variable} to one above 1023.`,
      EADDRNOTAVAIL: `This machine does not have the address ${host}. Set HOST to one of its addresses, or to 0.0.0.0 for all of them.`,
      ENOTFOUND: `HOST is "${host}", which is not an address of this machine.`,
    };
    throw new Error(advice[code ?? ''] ?? `Cannot listen on ${host}:${port}.`, { cause: error });
  }
}

function closeNow(server: Server): void {
  server.close();
  server.closeAllConnections();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function addressOf(host: string, port: number): string {
  // "All addresses" is not an address that clients can open.
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
