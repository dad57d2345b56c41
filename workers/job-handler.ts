import type { JobHelpers, Task, TaskList } from 'graphile-worker';
import type { Job, JobName, Payloads } from '../src/jobs/all-jobs.ts';
import type { JobDefinition, PayloadOf } from '../src/jobs/define-job.ts';
import { inSpan, readTraceparent } from '../src/tracing/tracing.ts';

/** Processes a job with a validated payload; if it throws, the job is retried later. */
type Handler<Payload> = (payload: Payload, helpers: Pick<JobHelpers, 'job' | 'abortSignal'>) => Promise<void>;

export type JobHandler<Definition> = Handler<PayloadOf<Definition>>;

/** A handler for every job: a missing one is a compile error. */
export type JobHandlers = { [Name in JobName]: Handler<Payloads[Name]> };

/** The function that graphile-worker calls for jobs of this kind. */
export function asTask<Payload extends object>(
  definition: JobDefinition<string, Payload>,
  handler: Handler<Payload>,
): Task {
  return (payload, helpers) => {
    const work = () => handler(definition.payload.parse(payload), helpers);
    // A wake token is about no analysis in particular; each analysis has a span of its own.
    if (definition.isWakeToken) return work();
    const parent = readTraceparent((payload as { traceparent?: unknown }).traceparent);
    const attributes = { 'sightline.job': definition.name, 'sightline.attempt': helpers.job.attempts };
    return inSpan(`job ${definition.name}`, { kind: 'CONSUMER', parent, attributes }, work);
  };
}

/** The jobs that one runner takes. */
export function taskListOf(definitions: readonly Job[], handlers: JobHandlers): TaskList {
  return Object.fromEntries(definitions.map((definition) => [definition.name, taskOf(definition, handlers)]));
}

function taskOf<Name extends JobName>(
  definition: { [Key in Name]: JobDefinition<Key, Payloads[Key]> }[Name],
  handlers: { [Key in Name]: Handler<Payloads[Key]> },
): Task {
  return asTask(definition, handlers[definition.name]);
}
