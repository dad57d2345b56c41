import type { Failure } from '../src/shared/failure.ts';
import { type Attributes, inSpan } from '../src/tracing/tracing.ts';
import type { JobHooks } from './engines/pool/pool.ts';

/**
 * Runs an engine job in a span, which begins when the job is handed to the pool; `sightline.engine.waited_ms` of it passed before an
 * engine began.
 */
export function inEngineSpan<O extends { ok: boolean }>(
  kind: string,
  hooks: JobHooks,
  run: (hooks: JobHooks) => Promise<O>,
): Promise<O> {
  return inSpan(`engine ${kind}`, { kind: 'INTERNAL' }, async (span) => {
    const handedAt = performance.now();
    const onStart = () => {
      span.set({ 'sightline.engine.waited_ms': Math.round(performance.now() - handedAt) });
      hooks.onStart?.();
    };
    const outcome = await run({ ...hooks, onStart });
    span.set(attributesOf(outcome));
    return outcome;
  });
}

/** Times and codes, nothing of the picture. */
function attributesOf(outcome: { ok: boolean; timings?: object; failure?: Failure }): Attributes {
  if (outcome.failure) return { 'sightline.failure.code': outcome.failure.code };
  const timings = Object.entries(outcome.timings ?? {}).filter(([, ms]) => typeof ms === 'number');
  return Object.fromEntries(timings.map(([name, ms]) => [`sightline.timing.${snakeCase(name)}`, Math.round(ms)]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
