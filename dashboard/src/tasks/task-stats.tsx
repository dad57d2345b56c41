import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { formatCount, formatDay, formatDuration, formatShare } from '../format/format.ts';
import { Card } from '../ui/card.tsx';
import { Chart } from '../ui/chart.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { UploadLink } from '../ui/upload-link.tsx';
import { ItemShares } from './item-shares.tsx';
import { TaskStatsDocument } from './task-page.generated.ts';

/** The counters divide days as the viewer's clock does. */
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const notInCatalogue = 'Not in the catalogue';

/** Numbers of the last days, today included. */
export function TaskStats({ taskId, days }: { taskId: string; days: number }) {
  const [filter] = useState(() => ({ taskId, createdAt: { from: startOfPeriod(days) } }));
  const { data, error, refetch } = useQuery(TaskStatsDocument, {
    variables: { filter, timeZone },
    fetchPolicy: 'no-cache',
  });
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const { byStatus, byItem } = data;
  if ('message' in byStatus) return <Problem error={byStatus} />;
  if (byStatus.groups.length === 0)
    return (
      <EmptyState title="Nothing was analysed in this period">
        <UploadLink taskId={taskId}>Upload pictures for this task</UploadLink>
      </EmptyState>
    );

  const groupOf = (wanted: string) => byStatus.groups.find(({ status }) => status === wanted);
  const [succeeded, failed] = [groupOf('SUCCEEDED'), groupOf('FAILED')];
  const starts = byStatus.groups[0]!.buckets.map(({ from }) => from);
  const countsOf = (group: typeof succeeded) => starts.map((_, i) => group?.buckets[i]?.counts.total ?? 0);
  const latencySeconds = succeeded?.total.latencySeconds ?? null;
  const facings = succeeded?.total.facings ?? 0;
  return (
    <>
      <Stats>
        <Stat label="Succeeded" value={formatCount(succeeded?.total.total ?? 0)} />
        <Stat label="Failed" value={formatCount(failed?.total.total ?? 0)} tone={failed ? 'bad' : undefined} />
        <Stat label="Facings" value={formatCount(facings)} />
        <Stat label="Latency, median" value={latencySeconds === null ? '–' : formatDuration(latencySeconds * 1000)} />
      </Stats>
      <Card title="Analyses a day">
        <Chart
          times={starts.map(toSeconds)}
          formatTime={formatDay}
          series={[
            { label: 'Succeeded', colour: '--good', values: countsOf(succeeded), kind: 'bars' },
            { label: 'Failed', colour: '--bad', values: countsOf(failed), kind: 'bars' },
          ]}
        />
      </Card>
      {'message' in byItem ? (
        <Problem error={byItem} />
      ) : (
        facings > 0 && (
          <>
            <ItemShares
              filter={filter}
              timeZone={timeZone}
              items={byItem.groups.flatMap(({ catalogItem }) => catalogItem ?? [])}
              days={starts.map((from, i) => ({ from, facings: succeeded?.buckets[i]?.counts.facings ?? 0 }))}
            />
            <Card title="Share of facings">
              <DataTable
                label="items"
                columns={itemColumns}
                rows={byItem.groups
                  .toSorted((a, b) => b.total.facings - a.total.facings)
                  .slice(0, 100)
                  .map(({ catalogItem, total }) => ({
                    id: catalogItem?.id ?? '',
                    name: catalogItem?.name ?? notInCatalogue,
                    pictures: total.succeeded,
                    facings: total.facings,
                    share: total.facings / facings,
                  }))}
              />
            </Card>
          </>
        )
      )}
    </>
  );
}

interface ItemRow {
  id: string;
  name: string;
  pictures: number;
  facings: number;
  /** Of all facings of the task in the period, 0 to 1. */
  share: number;
}

const itemColumns: Column<ItemRow>[] = [
  { heading: 'Item', render: ({ name }) => name },
  { heading: 'Pictures', isNumber: true, render: ({ pictures }) => formatCount(pictures) },
  { heading: 'Facings', isNumber: true, render: ({ facings }) => formatCount(facings) },
  { heading: 'Share', isNumber: true, render: ({ share }) => formatShare(share) },
];

/** Midnight of the first day, by the viewer's clock. */
function startOfPeriod(days: number): string {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1).toISOString();
}

const toSeconds = (iso: string): number => Date.parse(iso) / 1000;
