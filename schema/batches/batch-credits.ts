import { dataloaderGetter } from '@pothos/plugin-dataloader';
import type { Context } from '../../src/context.ts';
import { sumConsumedByBatch } from '../../src/organizations/credits.repository.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { Batch } from './batch.ts';

/** A page of batches asks the ledger once. */
const consumedLoader = dataloaderGetter<string, { batch_id: string | null; consumed: number } | null, string>(
  {},
  (ids, context) => sumConsumedByBatch((context as Context).app.db, organizationOf(context as Context), ids),
  undefined,
  (row) => row!.batch_id!,
);

builder.objectField(Batch, 'creditsConsumed', (t) =>
  t.int({
    description:
      'What it has cost: one credit for each analysis that it made and an engine has run, less what was given back. Until it is COMPLETED, what waits is counted, too. 0 when the plan is not metered.',
    resolve: async (batch, _args, context) => (await consumedLoader(context).load(batch.id))?.consumed ?? 0,
  }),
);
