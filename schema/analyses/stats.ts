import type { ResultBasis as ResultBasisName } from '../../src/analyses/corrections/correction.ts';
import type { StatsBucket, StatsGroup } from '../../src/analyses/statistics/arrange.ts';
import type { StatsGroupBy, StatsInterval } from '../../src/analyses/statistics/read-stats.repository.ts';
import { maxBuckets, readStats, type Stats } from '../../src/analyses/statistics/stats.service.ts';
import { uuidsOf } from '../../src/given-id.ts';
import type { IdKind } from '../../src/ids.ts';
import { ValidationError } from '../../src/user-error.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenIds } from '../core/given-id.ts';
import { MediaType } from '../core/media-type.ts';
import { DateTimeRange } from '../core/ranges.ts';
import { Task } from '../tasks/task.ts';
import { basisArg, ResultBasis } from './basis.ts';
import { AnalysisCounts } from './counts.ts';
import { AnalysisStatus } from './enums.ts';

const AnalysisStatsInterval = builder.enumType('AnalysisStatsInterval', {
  description:
    'The length of the intervals into which statistics are divided. All but QUARTER_HOUR follow the time zone.',
  values: {
    QUARTER_HOUR: { description: 'Quarters of an hour.' },
    HOUR: { description: 'Hours.' },
    DAY: { description: 'Days, of 23 or 25 hours when the clocks change.' },
    WEEK: { description: 'Weeks that begin on Monday.' },
    MONTH: { description: 'Calendar months.' },
  } satisfies Record<StatsInterval, object>,
});

const AnalysisStatsGroupBy = builder.enumType('AnalysisStatsGroupBy', {
  description: 'What statistics are divided by.',
  values: {
    STATUS: { description: 'The statuses that end an analysis, and all that have not ended together.' },
    TASK: { description: 'Tasks.' },
    PLACE: { description: 'Places, by `placeId`. Analyses without one are in no group.' },
    ITEM: {
      description:
        'The catalogue items that were found, and facings of none together. An analysis is in the group of every item that it found.',
    },
  } satisfies Record<StatsGroupBy, object>,
});

const AnalysisStatsFilter = builder.inputType('AnalysisStatsFilter', {
  description:
    'Which analyses are counted. An analysis must match all filters; a filter that is omitted or null is ignored. An unknown id matches nothing.',
  fields: (t) => ({
    mediaType: t.field({
      type: MediaType,
      required: true,
      defaultValue: 'IMAGE',
      description:
        'Whether analyses of images or of videos are counted. They are never counted together: an hour of video takes longer than an image.',
    }),
    taskId: t.id({ description: 'Only analyses of this task.' }),
    placeId: t.string({ description: 'Only analyses with exactly this placeId.' }),
    catalogItemId: t.id({
      description: 'Only analyses that found this catalogue item; the counts are then those of the item.',
    }),
    createdAt: t.field({
      type: DateTimeRange,
      description:
        'Only analyses submitted in this period, which is widened to whole quarters of an hour. Default: from the first analysis until now.',
    }),
  }),
});

const AnalysisStatsBucket = builder.objectRef<StatsBucket>('AnalysisStatsBucket').implement({
  description: 'The counts of one interval.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'Start of the interval, inclusive.', resolve: ({ from }) => from }),
    to: t.field({ type: 'DateTime', description: 'End of the interval, exclusive.', resolve: ({ to }) => to }),
    counts: t.field({
      type: AnalysisCounts,
      description: 'Counts of the analyses that were submitted in the interval.',
      resolve: ({ counts }) => counts,
    }),
  }),
});

const AnalysisStatsGroup = builder.objectRef<StatsGroup>('AnalysisStatsGroup').implement({
  description:
    'The statistics of one group. Which of status, task, placeId and catalogItem is set follows from groupBy.',
  fields: (t) => ({
    status: t.field({
      type: AnalysisStatus,
      nullable: true,
      description:
        'The status of a group by STATUS; null in that of the analyses that have not ended. Null in other groups.',
      resolve: ({ key }) => key.status,
    }),
    task: t.field({
      type: Task,
      nullable: true,
      description: 'The task of a group by TASK. Null in other groups.',
      resolve: ({ key }) => key.taskId,
    }),
    placeId: t.string({
      nullable: true,
      description: 'The `placeId` of a group by PLACE. Null in other groups.',
      resolve: ({ key }) => key.placeId,
    }),
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description:
        'The catalogue item of a group by ITEM; null in that of the facings that match none. Null in other groups.',
      resolve: ({ key }) => key.itemId,
    }),
    total: t.field({
      type: AnalysisCounts,
      description: 'Counts over the whole period.',
      resolve: ({ total }) => total,
    }),
    buckets: t.field({
      type: [AnalysisStatsBucket],
      description:
        'The intervals of the period in order of time, empty ones included: charts need no gaps to be filled. One if no interval was requested.',
      complexity: { field: 0, multiplier: 25 },
      resolve: ({ buckets }) => buckets,
    }),
  }),
});

interface StatsShape extends Stats {
  timeZone: string;
  basis: ResultBasisName;
}

const AnalysisStats = builder.objectRef<StatsShape>('AnalysisStats').implement({
  description: 'Counts of analyses over a period.',
  fields: (t) => ({
    from: t.field({
      type: 'DateTime',
      description: 'Start of the period, inclusive.',
      resolve: ({ period }) => period.from,
    }),
    to: t.field({ type: 'DateTime', description: 'End of the period, exclusive.', resolve: ({ period }) => period.to }),
    timeZone: t.exposeString('timeZone', { description: 'The time zone that the intervals follow.' }),
    basis: t.field({
      type: ResultBasis,
      description: 'Whether facings and catalogue items count as they were found or as corrected.',
      resolve: ({ basis }) => basis,
    }),
    groups: t.field({
      type: [AnalysisStatsGroup],
      description:
        'The groups, most analyses first; those without any are left out. Exactly one if nothing was grouped, unless nothing was ever counted.',
      // Its cost is part of that of the field that divides into groups.
      complexity: { field: 0, multiplier: 1 },
      resolve: ({ groups }) => groups,
    }),
  }),
});

const AnalysisStatsResult = resultUnion('AnalysisStatsResult', {
  success: AnalysisStats,
  errors: [ValidationError],
  description: 'The result of analysisStats.',
});

/** As a set: undefined for no filter, empty for a malformed id. */
function setOf(kind: IdKind, id: string | null | undefined): string[] | undefined {
  return id == null ? undefined : uuidsOf(givenIds(kind, [id]));
}

builder.queryField('analysisStats', (t) =>
  t.field({
    type: AnalysisStatsResult,
    permits: ['NARROWED'],
    description: `Counts of analyses by when they were submitted, for charts. It reads counters, so it takes as long for a million analyses as for a thousand; they are complete a moment after a change. At most ${maxBuckets} buckets, groups times intervals: otherwise ValidationError.`,
    args: {
      filter: t.arg({ type: AnalysisStatsFilter, description: 'Which analyses are counted. Default: all.' }),
      interval: t.arg({
        type: AnalysisStatsInterval,
        description: 'The intervals into which the period is divided. Default: none, the period is one.',
      }),
      timeZone: t.arg.string({
        required: true,
        defaultValue: 'UTC',
        description:
          'The time zone that intervals follow, by its name in the IANA database, for example `Europe/Berlin`.',
      }),
      basis: basisArg(t.arg),
      groupBy: t.arg({ type: AnalysisStatsGroupBy, description: 'What the counts are divided by. Default: nothing.' }),
    },
    complexity: ({ groupBy }) => ({ field: 10, multiplier: groupBy == null ? 1 : 10 }),
    resolve: async (_root, { filter, interval, timeZone, groupBy, basis }, context) => {
      const { mediaType = 'IMAGE', taskId, placeId, catalogItemId, createdAt } = filter ?? {};
      const stats = await readStats(context.app.db, {
        organizationId: organizationOf(context),
        mediaType,
        filter: {
          taskIds: setOf('task', taskId),
          placeIds: placeId == null ? undefined : [placeId],
          itemIds: setOf('catalogItem', catalogItemId),
        },
        createdAt: createdAt ?? null,
        narrowing: narrowingOf(context),
        interval: interval ?? null,
        timeZone,
        groupBy: groupBy ?? null,
        basis,
      });
      return { ...stats, timeZone, basis };
    },
  }),
);
