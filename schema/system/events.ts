import { z } from 'zod';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { SystemStatus } from './system.ts';

const mostSeconds = 60;

builder.subscriptionField('systemStatus', (t) =>
  t.field({
    type: SystemStatus,
    description:
      'How the server does, now and again and again. Only the latest state counts, so there is no cursor; it never completes.',
    args: {
      everySeconds: t.arg.int({
        required: true,
        defaultValue: 2,
        description: `Seconds between two states, 1 to ${mostSeconds}.`,
        validate: z.int().refine((seconds) => seconds >= 1 && seconds <= mostSeconds, {
          error: ({ input }) => `everySeconds is ${input}; expected 1 to ${mostSeconds}.`,
        }),
      }),
    },
    subscribe: (_root, { everySeconds }, context) => context.app.system.watch(organizationOf(context), everySeconds),
    resolve: (state) => state,
  }),
);
