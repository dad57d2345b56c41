import type { z } from 'zod';
import type { SlotName } from './slots.ts';

/** graphile-worker's own: with its back-off the last attempt is some three days after the first. */
const defaultMaxAttempts = 25;

/** What a job says of itself; `defineJob` adds the defaults. */
interface Definition<Name extends string, Payload extends object> {
  /**
   * The identifier of its rows, and the name of its file in workers/jobs (with hyphens there). Rows of the version before
   * carry it: a job that is renamed leaves them to nobody.
   */
  name: Name;
  /** Ids, never pixels. Rows of the version before must pass, so a new field has a default. */
  payload: z.ZodType<Payload>;
  slot: SlotName;
  /** Smaller runs first. Default 0; whoever adds the job may give another one. */
  priority?: number;
  /** Of what it asks of engines, in their queue. Default: its own. */
  enginePriority?: number;
  /** Also counts workers that died with it. Default 25. */
  maxAttempts?: number;
  /**
   * What makes two of these jobs the same, behind its name in the job key: a job that waits is replaced by the new one.
   * One that already runs is not, so this saves work and locks nothing. Default: all are different.
   */
  keyParts?(payload: Payload): readonly string[];
  /** A job that waits keeps its time when it is replaced. Default false. */
  preservesRunAt?: boolean;
}

/** One kind of job: what enqueuers, the handler in workers/jobs and the worker know of it. */
export interface JobDefinition<Name extends string = string, Payload extends object = object>
  extends Required<Omit<Definition<Name, Payload>, 'keyParts'>> {
  keyParts: ((payload: Payload) => readonly string[]) | null;
}

export type PayloadOf<Job> = Job extends JobDefinition<string, infer Payload> ? Payload : never;

export function defineJob<const Name extends string, Payload extends object>(
  definition: Definition<Name, Payload>,
): JobDefinition<Name, Payload> {
  const priority = definition.priority ?? 0;
  return {
    maxAttempts: defaultMaxAttempts,
    keyParts: null,
    preservesRunAt: false,
    enginePriority: priority,
    ...definition,
    priority,
  };
}

/** The key of a job in the queue. Rows of the version before have it, too. */
export function jobKey<Payload extends object>(
  { name, keyParts }: JobDefinition<string, Payload>,
  payload: Payload,
): string | undefined {
  return keyParts === null ? undefined : [name, ...keyParts(payload)].join(':');
}
