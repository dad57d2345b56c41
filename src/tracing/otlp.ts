import {
  DiagLogLevel,
  diag,
  SpanKind as OtelKind,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '../log.ts';
import type { OpenSpan, SpanOptions, Tracer } from './tracing.ts';

/** A collector that is away fails every few seconds: one line of log in this time is enough. */
const logEveryMs = 10 * 60_000;

export interface OtlpOptions {
  /** Of the traces that begin here, 0..1. Those that a client began are sampled as it says. */
  sampleRatio: number;
  /** Attributes of the process. OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override them. */
  resource: Record<string, string>;
  logger: Logger;
}

/** Sends spans in batches to a collector, which the standard variables OTEL_EXPORTER_OTLP_* name. Loaded only where traces are on. */
export function createOtlpTracer({ sampleRatio, resource, logger }: OtlpOptions): Tracer & { close(): Promise<void> } {
  logFailures(logger);
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes(resource))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('sightline');
  return {
    begin(name, { kind, parent = null, attributes = {} }: SpanOptions) {
      const context = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parseTraceparent(parent));
      return toOpenSpan(tracer.startSpan(name, { kind: OtelKind[kind], attributes }, context));
    },
    // What a collector does not take in time is lost; a stop does not wait for it for longer than the exporter does.
    close: () => provider.shutdown(),
  };
}

function toOpenSpan(span: OtelSpan): OpenSpan {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    set: (attributes) => void span.setAttributes(attributes),
    end(isError) {
      // Not the message, which may contain what a client sent. The log has it.
      if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

function parseTraceparent(traceparent: string) {
  const [, traceId, spanId, flags] = traceparent.split('-') as [string, string, string, string];
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

function logFailures(logger: Logger): void {
  let loggedAt = Number.NEGATIVE_INFINITY;
  const warn = (reason: string) => {
    if (performance.now() - loggedAt < logEveryMs) return;
    loggedAt = performance.now();
    logger.warn(
      { reason },
      'Traces could not be sent. Check OTEL_EXPORTER_OTLP_ENDPOINT, and that the collector is running.',
    );
  };
  const silent = () => undefined;
  diag.setLogger(
    { error: warn, warn, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
