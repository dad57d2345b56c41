import { z } from 'zod';
import { builder } from './builder.ts';
import type { resultUnion } from './errors.ts';

/** Validates the maximum number of entries of the argument `name`. */
export function atMost(name: string, most: number) {
  return z.array(z.unknown()).max(most, `${name} takes at most ${most} entries. Send them in several requests.`);
}

/**
 * The payload of a mutation on several things, each independently of the others.
 * @param each the kind of object with an outcome: "image"
 * @param per what the list corresponds to: "id, in their order"
 */
export function outcomesPayload<Outcome>(
  name: string,
  { each, per = 'id, in their order', type }: { each: string; per?: string; type: ReturnType<typeof resultUnion> },
) {
  return builder.objectRef<{ results: Outcome[] }>(name).implement({
    description: `The outcome for each ${each}.`,
    fields: (t) => ({
      results: t.field({
        type: [type],
        description: `One result per ${per}.`,
        resolve: ({ results }) => results as never,
      }),
    }),
  });
}
