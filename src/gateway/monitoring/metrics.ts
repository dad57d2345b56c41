import { Counter, Gauge, Histogram, Registry } from 'prom-client';

type Read = () => number | Promise<number>;

interface Gauged {
  /** Without the prefix `sightline_`; ends with the unit. */
  name: string;
  help: string;
}

/** A number that other code knows: read when /metrics is requested. */
export interface NumberSource extends Gauged {
  read: Read;
}

/** The same, for each value of a label. */
export interface LabelledSource extends Gauged {
  label: string;
  reads: Readonly<Record<string, Read>>;
}

export type GaugeSource = NumberSource | LabelledSource;

/** The gateway's own counters. One registry per gateway, so that two in one process do not mix. */
export interface Metrics {
  registry: Registry;
  /** By route (one of a fixed set, never the client's path) and status. */
  httpRequests: Counter<'route' | 'status'>;
  /** By type and transport. Not by operation name: clients choose those, and every new name would be a time series. */
  operations: Counter<'type' | 'transport'>;
  /** Until the response was complete, or until the stream was open. */
  operationSeconds: Histogram<'type'>;
  /** Cost of executed operations, as reported to clients. */
  operationCost: Counter;
  /** Operations and sockets rejected because they exceeded a limit, by limit. */
  limitsBroken: Counter<'limit'>;
  /** Errors sent to clients, by code. */
  operationErrors: Counter<'code'>;
  /** Events sent to subscriptions, by whether their response was executed for them or shared with an equal subscription. */
  eventResponses: Counter<'made'>;
}

/** Well below the time that collectors wait (Prometheus: 10 s). */
const longestReadMs = 2_000;

/**
 * NaN if the number is not available, so that all others still are: they matter most while the database is unreachable. Readiness
 * logs why.
 */
async function readInTime(read: Read): Promise<number> {
  const tooLate = Promise.withResolvers<number>();
  const timer = setTimeout(tooLate.resolve, longestReadMs, Number.NaN);
  const number = Promise.resolve()
    .then(read)
    .catch(() => Number.NaN);
  return Promise.race([number, tooLate.promise]).finally(() => clearTimeout(timer));
}

/** Metrics that query the database do so once in this time, however often they are collected. */
export function atMostEvery<T>(ms: number, read: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = performance.now();
    if (known === undefined || nowMs - readAtMs >= ms) {
      known = read();
      readAtMs = nowMs;
    }
    return known;
  };
}

export function createMetrics(sources: readonly GaugeSource[]): Metrics {
  const registry = new Registry();
  const registers = [registry];
  for (const source of sources)
    new Gauge({
      name: `sightline_${source.name}`,
      help: source.help,
      labelNames: 'label' in source ? [source.label] : [],
      registers,
      async collect() {
        if ('read' in source) this.set(await readInTime(source.read));
        else
          await Promise.all(
            Object.entries(source.reads).map(async ([value, read]) =>
              this.set({ [source.label]: value }, await readInTime(read)),
            ),
          );
      },
    });
  return {
    registry,
    httpRequests: new Counter({
      name: 'sightline_http_requests_total',
      help: 'HTTP requests answered.',
      labelNames: ['route', 'status'],
      registers,
    }),
    operations: new Counter({
      name: 'sightline_graphql_operations_total',
      help: 'GraphQL operations executed.',
      labelNames: ['type', 'transport'],
      registers,
    }),
    operationSeconds: new Histogram({
      name: 'sightline_graphql_operation_seconds',
      help: 'Time until the response to a query or mutation, or until a subscription is open.',
      labelNames: ['type'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
      registers,
    }),
    operationCost: new Counter({
      name: 'sightline_graphql_cost_total',
      help: 'Cost of the GraphQL operations executed.',
      registers,
    }),
    limitsBroken: new Counter({
      name: 'sightline_graphql_limits_broken_total',
      help: 'GraphQL operations and sockets rejected because they exceed a limit.',
      labelNames: ['limit'],
      registers,
    }),
    operationErrors: new Counter({
      name: 'sightline_graphql_errors_total',
      help: 'GraphQL errors sent to clients.',
      labelNames: ['code'],
      registers,
    }),
    eventResponses: new Counter({
      name: 'sightline_graphql_event_responses_total',
      help: 'Events sent to subscriptions: made="executed" if the response was executed, "shared" if that of an equal subscription was sent.',
      labelNames: ['made'],
      registers,
    }),
  };
}
