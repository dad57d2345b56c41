import { afterEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import {
  currentTraceparent,
  inSpan,
  readTraceparent,
  type SpanOptions,
  sendSpansTo,
} from '../../src/tracing/tracing.ts';

afterEach(() => sendSpansTo(null));

/** Keeps what happens, in its order. */
function record(): string[] {
  const log: string[] = [];
  sendSpansTo({
    begin(name, { parent }: SpanOptions) {
      log.push(`${name} of ${parent}`);
      return {
        traceparent: name,
        set: (attributes) => void log.push(`${name} ${JSON.stringify(attributes)}`),
        end: (isError) => void log.push(`${name} ends${isError ? ' with an error' : ''}`),
      };
    },
  });
  return log;
}

describe('a span', () => {
  test('contains the spans that begin in it, also after a pause, unless they name another parent', async () => {
    const log = record();
    await inSpan('request', { kind: 'SERVER' }, async () => {
      await Promise.resolve();
      expect(currentTraceparent()).toBe('request');
      await inSpan('job', { kind: 'CONSUMER' }, async (span) => span.set({ n: 1 }));
      await inSpan('other', { kind: 'CONSUMER', parent: 'elsewhere' }, async () => undefined);
    });
    expect(log).toEqual([
      'request of null',
      'job of request',
      'job {"n":1}',
      'job ends',
      'other of elsewhere',
      'other ends',
      'request ends',
    ]);
    expect(currentTraceparent()).toBe(null);
  });

  test('ends with the error of its work, which is thrown', async () => {
    const log = record();
    const work = inSpan('request', { kind: 'SERVER' }, async () => {
      throw new Error('No.');
    });
    await expect(work).rejects.toThrow('No.');
    expect(log).toEqual(['request of null', 'request ends with an error']);
  });

  test('is nothing where traces are off', async () => {
    expect(await inSpan('request', { kind: 'SERVER' }, async () => currentTraceparent())).toBe(null);
  });
});

test.each([
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', true],
  ['00-00000000000000000000000000000000-b7ad6b7169203331-01', false],
  ['00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01', false],
  ['00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', false],
  ['01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', false],
  ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'; drop table analysis", false],
  ['', false],
  [undefined, false],
])('the header traceparent %j is read: %s', (header, isRead) => {
  expect(readTraceparent(header)).toBe(isRead ? header : null);
});

test.each([
  [{}, null],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, { sampleRatio: 1 }],
  [
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces', OTEL_TRACES_SAMPLER_ARG: '0.05' },
    { sampleRatio: 0.05 },
  ],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_TRACES_EXPORTER: 'none' }, null],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_SDK_DISABLED: 'true' }, null],
])('the environment %j turns traces on: %j', (env, traces) => {
  expect(loadConfig(env).traces).toEqual(traces);
});

test('a setting of traces that cannot be followed is a problem of the environment', () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    OTEL_TRACES_SAMPLER: 'always_off',
    OTEL_TRACES_SAMPLER_ARG: '5',
  };
  expect(() => loadConfig(env)).toThrow(/OTEL_TRACES_SAMPLER is "always_off"[\s\S]*OTEL_TRACES_SAMPLER_ARG is "5"/);
});
