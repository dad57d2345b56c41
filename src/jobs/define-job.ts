import type { z } from 'zod';
import type { SlotName } from './slots.ts';

/** graphile-worker's default: with its back-off, the last attempt is about three days after the first. */
const defaultMaxAttempts = 25;

/** The definition of a job; `defineJob` adds the defaults. */
interface Definition<Name extends string, Payload extends object> {
  /**
   * The identifier of its rows, and the name of its file in workers/jobs (with hyphens there). Rows of the previous version contain
   * it: if a job is renamed, no handler runs them.
   */
  name: Name;
  /** Ids, never pixels. Rows of the previous version must be valid, so a new field needs a default. */
  payload: z.ZodType<Payload>;
  slot: SlotName;
  /** Smaller runs first. Default 0; the caller that adds the job may set another one. */
  priority?: number;
  /** Priority of its requests in the engines' queue. Default: that of the job. */
  enginePriority?: number;
  /** Attempts whose worker died count, too. Default 25. */
  maxAttempts?: number;
  /**
   * What makes two of these jobs the same; it follows the name in the job key. A new job replaces a waiting one with the same key,
   * but not a running one, so this saves work and locks nothing. Default: all are different.
   */
  keyParts?(payload: Payload): readonly string[];
  /** A job that waits keeps its time when it is replaced. Default false. */
  preservesRunAt?: boolean;
  /** It only tells a worker to claim what waits. Default false. */
  isWakeToken?: boolean;
}

/** One kind of job: what enqueuers, the handler in workers/jobs and the worker know about it. */
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
    isWakeToken: false,
    enginePriority: priority,
    ...definition,
    priority,
  };
}

/** The key of a job in the queue. Rows of the previous version have it, too. */
export function jobKey<Payload extends object>(
  { name, keyParts }: JobDefinition<string, Payload>,
  payload: Payload,
): string | undefined {
  return keyParts === null ? undefined : [name, ...keyParts(payload)].join(':');
}
