import type { ArgBuilder } from '@pothos/core';
import { refusal } from '../../src/refusal.ts';
import type { Types } from '../core/builder.ts';

interface SecondsRange {
  fromSeconds?: number | null | undefined;
  toSeconds?: number | null | undefined;
}

/** The part of a video, as arguments of a list. */
export function secondsRangeArgs(t: ArgBuilder<Types>) {
  return {
    fromSeconds: t.float({ description: 'Only from this time on, in seconds. Default: 0.' }),
    toSeconds: t.float({ description: 'Only before this time, in seconds. Default: to the end.' }),
  };
}

/** @throws GraphQLError BAD_USER_INPUT */
export function checkSecondsRange({ fromSeconds, toSeconds }: SecondsRange): void {
  for (const [name, value] of Object.entries({ fromSeconds, toSeconds }))
    if (value != null && !(value >= 0 && value <= 1e6))
      throw refusal('BAD_USER_INPUT', `${name} is ${value}; expected 0 to 1,000,000 seconds.`);
}
