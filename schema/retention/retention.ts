import { dataloaderGetter } from '@pothos/plugin-dataloader';
import type { Context } from '../../src/context.ts';
import { eventDays } from '../../src/events/log.ts';
import { getOrganization, type OrganizationRow } from '../../src/organizations/organizations.repository.ts';
import { getRetention, type Retention as RetentionShape } from '../../src/retention/retention.repository.ts';
import { expiry, maxDays, updateRetention } from '../../src/retention/retention.service.ts';
import { ValidationError } from '../../src/user-error.ts';
import { Analysis } from '../analyses/analysis.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { Organization } from '../organizations/organization.ts';

const imageDaysMeaning =
  'Images of the library go with bytes, renditions and embeddings; analyses keep their results without the picture. Pictures of catalogue items stay, and so do images that an analysis still waits for.';
const analysisDaysMeaning =
  'Counted from submission; analyses that have ended go with their results and their places in batches, whose counters stay.';
const eventDaysMeaning =
  'Events go a whole day (UTC) at a time, when all of it is older. A subscription that resumes from before gets a StreamResync with CURSOR_EXPIRED.';

const Retention = builder.objectRef<RetentionShape>('Retention').implement({
  description: 'Days that things are kept. What is older is removed within some hours.',
  fields: (t) => ({
    imageDays: t.exposeInt('imageDays', {
      nullable: true,
      description: `Days; null: until they are deleted. ${imageDaysMeaning}`,
    }),
    analysisDays: t.exposeInt('analysisDays', {
      nullable: true,
      description: `Days; null: for ever. ${analysisDaysMeaning}`,
    }),
    exportDays: t.exposeInt('exportDays', { description: 'Days that the files of exports made from now on are kept.' }),
    eventDays: t.exposeInt('eventDays', {
      nullable: true,
      description: `Days; null: as long as the server keeps them, ${eventDays} days. ${eventDaysMeaning}`,
    }),
  }),
});

const RetentionInput = builder.inputType('RetentionInput', {
  description: `Days that things are kept, 1 to ${maxDays}, events 1 to ${eventDays}. What is left out stays as it is; null: kept until it is deleted, events as long as the server keeps them.`,
  fields: (t) => ({
    imageDays: t.int({ description: imageDaysMeaning }),
    analysisDays: t.int({ description: analysisDaysMeaning }),
    exportDays: t.int({
      required: true,
      defaultValue: 7,
      description: 'For the files of exports made from now on; unlike the others it is 7 when left out.',
    }),
    eventDays: t.int({ description: eventDaysMeaning }),
  }),
});

/** One look for all analyses of a request. */
const retentionLoader = dataloaderGetter<string, RetentionShape, string>(
  {},
  (ids, context) => Promise.all(ids.map((id) => getRetention((context as Context).app.db, id))),
  undefined,
  false,
);

builder.objectField(Organization, 'retention', (t) =>
  t.field({
    type: Retention,
    description: 'How long things are kept.',
    resolve: (organization, _args, context) => retentionLoader(context).load(organization.id),
  }),
);

builder.objectField(Analysis, 'expiresAt', (t) =>
  t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'From when on retention removes it, by the present settings; null: it is kept, or it has not ended. See Organization.retention.',
    resolve: async (row, _args, context) => {
      if (row.finished_at === null) return null;
      const { analysisDays } = await retentionLoader(context).load(row.organization_id);
      return expiry(row.created_at, analysisDays);
    },
  }),
);

const UpdateRetentionResult = resultUnion('UpdateRetentionResult', {
  description: 'The organisation, or why nothing was changed.',
  success: Organization,
  errors: [ValidationError],
});

builder.mutationField('updateRetention', (t) =>
  t.field({
    type: UpdateRetentionResult,
    description:
      'Says how long things are kept; needs scope ADMIN. What is older by then is removed within some hours, for good.',
    authScopes: { admin: true },
    args: { input: t.arg({ type: RetentionInput, required: true, description: 'What is to hold from now on.' }) },
    resolve: async (_root, { input }, context): Promise<OrganizationRow> => {
      const organizationId = organizationOf(context);
      await updateRetention(context.app, organizationId, input);
      return getOrganization(context.app.db, organizationId);
    },
  }),
);
