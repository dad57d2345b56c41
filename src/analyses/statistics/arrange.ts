import type { TerminalStatus } from '../life.ts';
import { addCounts, type Counts, noCounts } from './counts.ts';
import type { MapRow, StatsGroupBy, StatsPeriod, StatsRow } from './read-stats.repository.ts';

/** What a group is about. All absent: everything. */
export interface GroupKey {
  /** null: analyses that have not ended. */
  status?: TerminalStatus | null;
  taskId?: string;
  placeId?: string;
  /** null: facings without an item. */
  itemId?: string | null;
}

export interface StatsBucket extends StatsPeriod {
  counts: Counts;
}

export interface StatsGroup {
  key: GroupKey;
  total: Counts;
  /** In order of time, empty ones included. */
  buckets: StatsBucket[];
}

export interface Sums {
  rows: readonly StatsRow[];
  maps: readonly MapRow[];
}

/** One interval of the period; null: the only one. */
type Start = Date | null;

/** Puts sums into their groups, most analyses first, each with all intervals. */
export function arrange(
  { rows, maps }: Sums,
  starts: readonly Start[],
  period: StatsPeriod,
  groupBy: StatsGroupBy | null,
): StatsGroup[] {
  const groups = new Map<string | null, Map<number | null, Counts>>();
  const countsOf = ({ group, start }: { group: string | null; start: Start }): Counts => {
    const ofGroup = groups.get(group) ?? new Map<number | null, Counts>();
    groups.set(group, ofGroup);
    const time = start?.getTime() ?? null;
    const counts = ofGroup.get(time) ?? noCounts();
    ofGroup.set(time, counts);
    return counts;
  };
  for (const { start, group, ...sums } of rows) Object.assign(countsOf({ start, group }), sums);
  for (const { map, key, count, ...at } of maps) if (groups.has(at.group)) countsOf(at)[map][key] = count;
  // Without groups, the single group exists even if nothing was counted.
  if (groups.size === 0 && groupBy === null) groups.set(null, new Map());
  const arranged = [...groups].flatMap(([group, byStart]) => {
    const buckets = starts.map((start, index) => ({
      from: laterOf(start ?? period.from, period.from),
      to: starts[index + 1] ?? period.to,
      counts: byStart.get(start?.getTime() ?? null) ?? noCounts(),
    }));
    return groupBy === 'STATUS' ? byStatus(buckets) : [toGroup(keyOf(groupBy, group), buckets)];
  });
  return arranged.sort((a, b) => b.total.submitted - a.total.submitted);
}

function laterOf(a: Date, b: Date): Date {
  return a > b ? a : b;
}

function keyOf(groupBy: StatsGroupBy | null, group: string | null): GroupKey {
  if (groupBy === 'TASK') return { taskId: group! };
  if (groupBy === 'PLACE') return { placeId: group! };
  return groupBy === 'ITEM' ? { itemId: group === '' ? null : group } : {};
}

function toGroup(key: GroupKey, buckets: StatsBucket[]): StatsGroup {
  const total = noCounts();
  for (const { counts } of buckets) addCounts(total, counts);
  return { key, total, buckets };
}

const statuses = ['SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED', null] as const satisfies (TerminalStatus | null)[];

function byStatus(buckets: readonly StatsBucket[]): StatsGroup[] {
  return statuses
    .map((status) =>
      toGroup(
        { status },
        buckets.map((bucket) => ({ ...bucket, counts: ofStatus(bucket.counts, status) })),
      ),
    )
    .filter(({ total }) => total.submitted > 0);
}

/** Analyses that have not ended. */
export function countOpen({ submitted, succeeded, failed, canceled, expired }: Counts): number {
  return submitted - succeeded - failed - canceled - expired;
}

function ofStatus(all: Counts, status: TerminalStatus | null): Counts {
  const { succeeded, failed, canceled, expired } = all;
  if (status === 'SUCCEEDED') return { ...all, submitted: succeeded, failed: 0, canceled: 0, expired: 0, failures: {} };
  const none = noCounts();
  if (status === 'FAILED') return { ...none, submitted: failed, failed, failures: all.failures };
  if (status === 'CANCELED') return { ...none, submitted: canceled, canceled };
  if (status === 'EXPIRED') return { ...none, submitted: expired, expired };
  return { ...none, submitted: countOpen(all) };
}
