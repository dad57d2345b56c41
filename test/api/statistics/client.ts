import { foldSome } from '../../../src/analyses/statistics/fold.repository.ts';
import type { TestSightline } from '../../support/sightline.ts';
import type { Data, User } from '../../support/user.ts';

const counts = /* GraphQL */ `
  fragment C on AnalysisCounts {
    total open succeeded failed canceled expired facings failures { code count }
  }
`;

const text = /* GraphQL */ `
  query ($filter: AnalysisStatsFilter, $interval: AnalysisStatsInterval, $timeZone: String! = "UTC", $groupBy: AnalysisStatsGroupBy) {
    analysisStats(filter: $filter, interval: $interval, timeZone: $timeZone, groupBy: $groupBy) {
      __typename
      ... on AnalysisStats {
        from to timeZone
        groups {
          status task { id } placeId catalogItem { id }
          total { ...C meanDurationSeconds latencySeconds p99: latencySeconds(quantile: 0.99) }
          buckets { from to counts { ...C } }
        }
      }
      ... on UserError { message code }
      ... on ValidationError { issues { path message } }
    }
  }
  ${counts}
`;

export interface StatsVariables {
  filter?: Record<string, unknown>;
  interval?: string;
  timeZone?: string;
  groupBy?: string;
}

/** What analysisStats answers. */
export async function readStats(user: User, variables: StatsVariables = {}): Promise<Data> {
  return (await user.run(text, { ...variables })).analysisStats;
}

/** The counts of the one group. */
export async function readTotal(user: User, variables: StatsVariables = {}): Promise<Data> {
  const { groups } = await readStats(user, variables);
  if (groups.length !== 1) throw new Error(`Expected one group, found ${JSON.stringify(groups)}.`);
  return groups[0].total;
}

/** Adds all changes to the counters, as a worker does from time to time. */
export async function foldAll({ database: { db } }: TestSightline): Promise<number> {
  return db.transaction().execute((trx) => foldSome(trx, 'IMAGE'));
}
