import { z } from 'zod';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { SystemStatus } from './system.ts';

const mostSeconds = 60;

builder.subscriptionField('systemStatus', (t) =>
  t.field({
    type: SystemStatus,
    description:
      'The state of the server, delivered immediately and then at regular intervals. Only the latest state matters, so there is no cursor. The stream never completes.',
    args: {
      everySeconds: t.arg.int({
        required: true,
        defaultValue: 2,
        description: `Interval in seconds, 1 to ${mostSeconds}.`,
        validate: z.int().refine((seconds) => seconds >= 1 && seconds <= mostSeconds, {
          error: ({ input }) => `everySeconds is ${input}; expected 1 to ${mostSeconds}.`,
        }),
      }),
    },
    subscribe: (_root, { everySeconds }, context) => context.app.system.watch(organizationOf(context), everySeconds),
    resolve: (state) => state,
  }),
);
