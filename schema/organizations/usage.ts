import { countAnalyses } from '../../src/analyses/analyses.repository.ts';
import { encodeId } from '../../src/ids.ts';
import { sumStoredBytes } from '../../src/images/bytes/stored-bytes.repository.ts';
import { countImages } from '../../src/images/images.repository.ts';
import { sumConsumed } from '../../src/organizations/credits.repository.ts';
import { readCredits } from '../../src/organizations/credits.service.ts';
import { getPlan } from '../../src/organizations/organizations.repository.ts';
import { builder } from '../core/builder.ts';
import { DateTimeRange } from '../core/ranges.ts';
import { Organization } from './organization.ts';

/** Each field is counted only if it is selected. */
const Usage = builder.objectRef<{ organizationId: string }>('Usage').implement({
  description: 'What an organisation has used so far.',
  fields: (t) => ({
    id: t.id({
      description: 'The id of the organisation, so that client caches can identify this object.',
      resolve: ({ organizationId }) => encodeId('organization', organizationId),
    }),
    creditsAvailable: t.int({
      nullable: true,
      description:
        'Credits that are left; each analysis that an engine runs costs one. Negative if the operator has withdrawn more than were left. Null if the plan is not metered.',
      resolve: ({ organizationId }, _args, { app }) => readCredits(app.db, organizationId),
    }),
    creditsConsumed: t.int({
      description:
        "Credits that analyses have cost, less refunds. A credit is refunded if the analysis ends before an engine runs it, or fails through the server's fault.",
      resolve: ({ organizationId }, _args, { app }) => sumConsumed(app.db, organizationId),
    }),
    maxBatchSize: t.int({
      description: 'Maximum number of images in one batch, as set by the plan.',
      resolve: async ({ organizationId }, _args, { app }) => (await getPlan(app.db, organizationId)).maxBatchSize,
    }),
    storageBytes: t.float({
      description: 'Bytes of the images as they were sent. Identical images are stored once.',
      resolve: ({ organizationId }, _args, { app }) => sumStoredBytes(app.db, organizationId),
    }),
    images: t.int({
      description: 'Number of images in the library: as many as Query.images lists.',
      resolve: ({ organizationId }, _args, { app }) => countImages(app.db, organizationId, {}),
    }),
    analyses: t.int({
      description: 'Number of analyses in any status.',
      args: {
        createdAt: t.arg({
          type: DateTimeRange,
          description: 'Counts only analyses submitted in this period. Default: all.',
        }),
      },
      resolve: ({ organizationId }, { createdAt }, { app }) =>
        countAnalyses(app.db, organizationId, [{ createdAt: createdAt ?? undefined }]),
    }),
  }),
});

builder.objectField(Organization, 'usage', (t) =>
  t.field({
    type: Usage,
    description: 'What the organisation has used so far.',
    // It includes data outside their tasks and places.
    permits: [],
    resolve: ({ id }) => ({ organizationId: id }),
  }),
);
