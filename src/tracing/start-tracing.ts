import type { Logger } from '../log.ts';
import { version } from '../version.ts';
import { sendSpansTo } from './tracing.ts';

/**
 * Sends the spans of this process to the collector that OTEL_EXPORTER_OTLP_* name, until `close`.
 * @param settings null: traces are off, and nothing is loaded
 */
export async function startTracing(
  settings: { sampleRatio: number } | null,
  role: string,
  logger: Logger,
): Promise<{ close(): Promise<void> }> {
  if (settings === null) return { close: async () => undefined };
  const { createOtlpTracer } = await import('./otlp.ts');
  const resource = { 'service.name': `sightline-${role}`, 'service.version': version };
  const tracer = createOtlpTracer({ ...settings, resource, logger });
  sendSpansTo(tracer);
  return {
    async close() {
      sendSpansTo(null);
      await tracer.close();
    },
  };
}
