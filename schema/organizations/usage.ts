import { countAnalyses } from '../../src/analyses/analyses.repository.ts';
import { encodeId } from '../../src/ids.ts';
import { countImages } from '../../src/images/images.repository.ts';
import { sumStoredBytes } from '../../src/images/stored-bytes.repository.ts';
import { sumConsumed } from '../../src/organizations/credits.repository.ts';
import { readCredits } from '../../src/organizations/credits.service.ts';
import { getPlan } from '../../src/organizations/organizations.repository.ts';
import { builder } from '../core/builder.ts';
import { DateTimeRange } from '../core/ranges.ts';
import { Organization } from './organization.ts';

/** Each field is counted when it is asked for, and only then. */
const Usage = builder.objectRef<{ organizationId: string }>('Usage').implement({
  description: 'What an organisation has used, as it stands now.',
  fields: (t) => ({
    id: t.id({
      description: "The organisation's, so that caches of clients find it again.",
      resolve: ({ organizationId }) => encodeId('organization', organizationId),
    }),
    creditsAvailable: t.int({
      nullable: true,
      description:
        'Credits that are left; each analysis that an engine runs takes one. Below 0 when the operator took back more than there was. null: the plan is not metered.',
      resolve: ({ organizationId }, _args, { app }) => readCredits(app.db, organizationId),
    }),
    creditsConsumed: t.int({
      description:
        'Credits that analyses have cost, less what was given back: for those that ended before an engine ran them, and those that failed for a reason of the server.',
      resolve: ({ organizationId }, _args, { app }) => sumConsumed(app.db, organizationId),
    }),
    maxBatchSize: t.int({
      description: 'Images in one batch, as the plan allows.',
      resolve: async ({ organizationId }, _args, { app }) => (await getPlan(app.db, organizationId)).maxBatchSize,
    }),
    storageBytes: t.float({
      description: 'Bytes of the pictures as they were sent; the same picture is stored once.',
      resolve: ({ organizationId }, _args, { app }) => sumStoredBytes(app.db, organizationId),
    }),
    images: t.int({
      description: 'As many as Query.images lists.',
      resolve: ({ organizationId }, _args, { app }) => countImages(app.db, organizationId, {}),
    }),
    analyses: t.int({
      description: 'Analyses in any status.',
      args: { createdAt: t.arg({ type: DateTimeRange, description: 'Only those submitted then; left out: all.' }) },
      resolve: ({ organizationId }, { createdAt }, { app }) =>
        countAnalyses(app.db, organizationId, [{ createdAt: createdAt ?? undefined }]),
    }),
  }),
});

builder.objectField(Organization, 'usage', (t) =>
  t.field({
    type: Usage,
    description: 'What it has used.',
    resolve: ({ id }) => ({ organizationId: id }),
  }),
);
