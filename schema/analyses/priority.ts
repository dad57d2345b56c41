import { builder } from '../core/builder.ts';

export const Priority = builder.enumType('Priority', {
  description: 'What runs first. Within one priority, organisations take turns.',
  values: {
    INTERACTIVE: { description: 'Somebody waits for it.' },
    NORMAL: { description: 'In its turn.' },
    BULK: { description: 'After everything else.' },
  } as const,
});
