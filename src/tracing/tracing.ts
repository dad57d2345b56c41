import { AsyncLocalStorage } from 'node:async_hooks';

/** What OpenTelemetry calls the kind of a span: SERVER answers a request, CONSUMER does a job that another process may have added. */
export type SpanKind = 'SERVER' | 'CONSUMER' | 'INTERNAL';

/** Names of OpenTelemetry's conventions, or `sightline.…`. Never what a client sent, apart from ids that this server made. */
export type Attributes = Record<string, string | number | boolean>;

export interface Span {
  /** Its place in a trace, as W3C Trace Context writes it, for work of later or of other processes. */
  readonly traceparent: string;
  set(attributes: Attributes): void;
}

export interface SpanOptions {
  kind: SpanKind;
  /** `traceparent` of the span that led to this one. Default: the span that this code runs in, if any. */
  parent?: string | null;
  attributes?: Attributes;
}

export interface OpenSpan extends Span {
  /** @param isError whether what it measured failed through a fault of the server */
  end(isError: boolean): void;
}

/** Where spans go. */
export interface Tracer {
  begin(name: string, options: SpanOptions): OpenSpan;
}

/**
 * One for the process, as in OpenTelemetry's own API: whatever adds a job would otherwise need another parameter. null: traces are off,
 * and nothing here does anything.
 */
let tracer: Tracer | null = null;
const current = new AsyncLocalStorage<Span>();

/** Sends the spans of this process there from now on. @param next null: nowhere */
export function sendSpansTo(next: Tracer | null): void {
  tracer = next;
}

const untraced: Span = { traceparent: '', set: () => undefined };

/** Does work in a span, which ends with it. */
export async function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  if (tracer === null) return work(untraced);
  const span = tracer.begin(name, { ...options, parent: options.parent ?? currentTraceparent() });
  try {
    const result = await current.run(span, () => work(span));
    span.end(false);
    return result;
  } catch (error) {
    span.end(true);
    throw error;
  }
}

/** Where the code that calls this is in a trace, to be kept with a job; null: traces are off, or it runs in no span. */
export function currentTraceparent(): string | null {
  return current.getStore()?.traceparent ?? null;
}

/** The header of a request, if it is one of version 00. @see https://www.w3.org/TR/trace-context/#traceparent-header */
export function readTraceparent(header: unknown): string | null {
  return typeof header === 'string' && /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(header)
    ? header
    : null;
}
