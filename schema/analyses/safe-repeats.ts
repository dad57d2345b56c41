import { builder } from '../core/builder.ts';
import { Analysis } from './analysis.ts';

builder.objectField(Analysis, 'idempotencyKey', (t) =>
  t.exposeString('idempotency_key', {
    nullable: true,
    description: 'Of its image, as it was submitted; within 24 hours of that, the same key returns this analysis.',
  }),
);
