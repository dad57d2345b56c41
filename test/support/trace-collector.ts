import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A span as a collector receives it. */
export interface ReceivedSpan {
  name: string;
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  attributes: Record<string, unknown>;
}

/** A collector of OpenTelemetry's protocol over HTTP, as JSON. */
export interface TraceCollector {
  /** For processes that send to it. */
  env: Record<string, string>;
  spans: ReceivedSpan[];
  /** Everything that was sent, as it was sent. */
  bodies: string[];
  close(): Promise<void>;
}

/** The parts of a request that are read here. @see https://github.com/open-telemetry/opentelemetry-proto */
interface ExportRequest {
  resourceSpans: {
    resource: { attributes: KeyValue[] };
    scopeSpans: {
      spans: { name: string; traceId: string; spanId: string; parentSpanId?: string; attributes: KeyValue[] }[];
    }[];
  }[];
}

interface KeyValue {
  key: string;
  value: Record<string, unknown>;
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const server = createServer(async (req, res) => {
    const body = await text(req);
    bodies.push(body);
    if (req.url === '/v1/traces') spans.push(...readSpans(JSON.parse(body)));
    res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    spans,
    bodies,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function readSpans({ resourceSpans }: ExportRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, traceId, spanId, parentSpanId, attributes }) => ({
        name,
        service: String(toObject(resource.attributes)['service.name']),
        traceId,
        spanId,
        parentSpanId: parentSpanId || null,
        attributes: toObject(attributes),
      })),
    ),
  );
}

function toObject(attributes: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
