import { eventDays } from '../../src/events/log.ts';
import { getOrganization, type OrganizationRow } from '../../src/organizations/organizations.repository.ts';
import { getRetention, type Retention as RetentionShape } from '../../src/retention/retention.repository.ts';
import { expiry, maxDays, updateRetention } from '../../src/retention/retention.service.ts';
import { ValidationError } from '../../src/user-error.ts';
import { Analysis } from '../analyses/analysis.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { loaderOfMap } from '../core/loaders.ts';
import { Organization } from '../organizations/organization.ts';

const imageDaysMeaning =
  'The period begins when an image is stored. Images are deleted with their bytes, renditions and embeddings; analyses keep their results. Images of catalogue items are kept, and so are images that an analysis still waits for. The same days apply to videos, which are deleted with their pictures.';
const analysisDaysMeaning =
  'The period begins when an analysis is submitted. Analyses that have ended are deleted with their results and their membership in batches; the counters of the batches stay. The same days apply to analyses of videos.';
const eventDaysMeaning =
  'The events of a day (UTC) are deleted together, once all of them are older than that. A subscription that resumes from an earlier cursor receives StreamResync with CURSOR_EXPIRED.';

const referenceDaysMeaning =
  'What corrections teach is cut out of pictures. It is deleted with the correction, which is deleted with its analysis or picture. If days are set, it stays until it is that old.';

const Retention = builder.objectRef<RetentionShape>('Retention').implement({
  description: 'How many days data is kept. Older data is deleted within a few hours.',
  fields: (t) => ({
    imageDays: t.exposeInt('imageDays', {
      nullable: true,
      description: `Days that images are kept. Null: until they are deleted. ${imageDaysMeaning}`,
    }),
    analysisDays: t.exposeInt('analysisDays', {
      nullable: true,
      description: `Days that analyses are kept. Null: for ever. ${analysisDaysMeaning}`,
    }),
    referenceDays: t.exposeInt('referenceDays', {
      nullable: true,
      description: `Days that crops stay that corrections taught, when what they were cut from is deleted. Null: they are deleted with it. ${referenceDaysMeaning}`,
    }),
    exportDays: t.exposeInt('exportDays', { description: 'Days that the files of future exports are kept.' }),
    eventDays: t.exposeInt('eventDays', {
      nullable: true,
      description: `Days that events are kept. Null: as long as the server keeps them, ${eventDays} days. ${eventDaysMeaning}`,
    }),
  }),
});

const RetentionInput = builder.inputType('RetentionInput', {
  description: `How many days data is kept: 1 to ${maxDays}, for events 1 to ${eventDays}. A field that is omitted stays unchanged. Null keeps images and analyses until they are deleted and events as long as the server keeps them, and lets what corrections taught go with the pictures.`,
  fields: (t) => ({
    imageDays: t.int({ description: `Days that images of the library are kept. ${imageDaysMeaning}` }),
    analysisDays: t.int({ description: `Days that analyses are kept. ${analysisDaysMeaning}` }),
    referenceDays: t.int({
      description: `Days that crops stay that corrections taught, when what they were cut from is deleted. ${referenceDaysMeaning}`,
    }),
    exportDays: t.int({ description: 'Days that the files of future exports are kept. It cannot be null.' }),
    eventDays: t.int({ description: `Days that events are kept. ${eventDaysMeaning}` }),
  }),
});

/** By organization: a request or an event has one, and many entries that need it. */
const retentionLoader = loaderOfMap(async (ids, context) => {
  const all = ids.map(async (id): Promise<[string, RetentionShape]> => [id, await getRetention(context.app.db, id)]);
  return new Map(await Promise.all(all));
});

builder.objectField(Organization, 'retention', (t) =>
  t.field({
    type: Retention,
    description: 'How many days data is kept.',
    resolve: async (organization, _args, context) => (await retentionLoader(context).load(organization.id))!,
  }),
);

builder.objectField(Analysis, 'expiresAt', (t) =>
  t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'When retention will delete the analysis, according to the current settings (see Organization.retention). Null if it is kept for ever, or has not ended.',
    resolve: async (row, _args, context) => {
      if (row.finished_at === null) return null;
      const { analysisDays } = (await retentionLoader(context).load(row.organization_id))!;
      return expiry(row.created_at, analysisDays);
    },
  }),
);

const UpdateRetentionResult = resultUnion('UpdateRetentionResult', {
  description: 'The organisation, or the reason why nothing was changed.',
  success: Organization,
  errors: [ValidationError],
});

builder.mutationField('updateRetention', (t) =>
  t.field({
    type: UpdateRetentionResult,
    description:
      'Sets how many days data is kept. Requires the scope ADMIN. Data that is already older is deleted for good within a few hours.',
    authScopes: { admin: true },
    args: { input: t.arg({ type: RetentionInput, required: true, description: 'The new settings.' }) },
    resolve: async (_root, { input }, context): Promise<OrganizationRow> => {
      const organizationId = organizationOf(context);
      await updateRetention(context.app, organizationId, input);
      return getOrganization(context.app.db, organizationId);
    },
  }),
);
