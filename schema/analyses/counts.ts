import { countOpen } from '../../src/analyses/statistics/arrange.ts';
import type { Counts } from '../../src/analyses/statistics/counts.ts';
import { latencyQuantile, relativeError } from '../../src/analyses/statistics/latency-histogram.ts';
import { refusal } from '../../src/refusal.ts';
import type { FailureCode as FailureCodeText } from '../../src/shared/failure.ts';
import { builder } from '../core/builder.ts';
import { FailureCode } from '../core/errors.ts';

const FailureCount = builder.objectRef<{ code: FailureCodeText; count: number }>('FailureCount').implement({
  description: 'How many analyses failed for one reason.',
  fields: (t) => ({
    code: t.field({ type: FailureCode, description: 'The reason.', resolve: ({ code }) => code }),
    count: t.exposeInt('count', { description: 'Number of analyses that are FAILED with this code.' }),
  }),
});

export const AnalysisCounts = builder.objectRef<Counts>('AnalysisCounts').implement({
  description:
    'Counts of analyses. Of an image or video that was rerun, the latest run counts, from its submission on. Analyses that deleteAnalyses deletes no longer count; those that retention removes do.',
  fields: (t) => ({
    total: t.exposeInt('submitted', { description: 'Number of analyses in any status.' }),
    open: t.int({ description: 'Number of analyses that have not ended.', resolve: countOpen }),
    succeeded: t.exposeInt('succeeded', { description: 'Number of analyses that SUCCEEDED.' }),
    failed: t.exposeInt('failed', { description: 'Number of analyses that are FAILED.' }),
    canceled: t.exposeInt('canceled', { description: 'Number of analyses that were CANCELED.' }),
    expired: t.exposeInt('expired', { description: 'Number of analyses that have EXPIRED.' }),
    failures: t.field({
      type: [FailureCount],
      description:
        'The reasons why analyses failed, most frequent first. Empty where the counts are those of a catalogue item.',
      resolve: ({ failures }) =>
        Object.entries(failures)
          .filter(([, count]) => count > 0)
          .map(([code, count]) => ({ code: code as FailureCodeText, count }))
          .sort((a, b) => b.count - a.count),
    }),
    facings: t.exposeFloat('facings', {
      description:
        'Number of facings in all analyses that SUCCEEDED: detections, whether or not they match an item; of videos, tracks that at least two frames show. Where the counts are those of a catalogue item, its facings.',
    }),
    meanDurationSeconds: t.float({
      nullable: true,
      description:
        'Mean seconds from start to end over the analyses that SUCCEEDED. Null if none did, and where the counts are those of a catalogue item.',
      resolve: ({ succeeded, durationMs, latencies }) =>
        succeeded > 0 && Object.keys(latencies).length > 0 ? durationMs / succeeded / 1000 : null,
    }),
    latencySeconds: t.float({
      nullable: true,
      description: `Seconds from submission to end that a share of the analyses that SUCCEEDED did not exceed, within ${relativeError * 100} %. Null if none did, and where the counts are those of a catalogue item.`,
      args: {
        quantile: t.arg.float({
          required: true,
          defaultValue: 0.5,
          description: 'The share, 0 to 1: 0.5 is the median, 0.95 the 95th percentile.',
        }),
      },
      resolve: ({ latencies }, { quantile }) => {
        if (!(quantile >= 0 && quantile <= 1))
          throw refusal('BAD_USER_INPUT', `quantile is ${quantile}; expected 0 to 1.`);
        const milliseconds = latencyQuantile(latencies, quantile);
        return milliseconds === null ? null : milliseconds / 1000;
      },
    }),
  }),
});
