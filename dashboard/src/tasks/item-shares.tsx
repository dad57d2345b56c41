import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { formatDay, formatShare } from '../format/format.ts';
import type { AnalysisStatsFilter } from '../graphql/schema-types.generated.ts';
import { Card } from '../ui/card.tsx';
import { Chart } from '../ui/chart.tsx';
import { SelectField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { ItemDaysDocument } from './task-page.generated.ts';

interface ItemSharesProps {
  filter: AnalysisStatsFilter;
  timeZone: string;
  items: readonly { id: string; name: string }[];
  /** The days of the period with all their facings. */
  days: readonly { from: string; facings: number }[];
}

/** The share of the facings that one item has on each day. */
export function ItemShares({ filter, timeZone, items, days }: ItemSharesProps) {
  const [itemId, setItemId] = useState(items[0]?.id ?? '');
  const { data, error, refetch } = useQuery(ItemDaysDocument, {
    variables: { filter: { ...filter, catalogItemId: itemId }, timeZone },
    skip: itemId === '',
    fetchPolicy: 'no-cache',
  });
  const stats = data?.analysisStats;
  const buckets = stats && 'groups' in stats ? (stats.groups[0]?.buckets ?? []) : [];
  const facingsOn = new Map(buckets.map(({ from, counts }) => [from, counts.facings]));
  if (itemId === '') return null;
  return (
    <Card title="Share of facings a day">
      <SelectField label="Item" value={itemId} onChange={({ target }) => setItemId(target.value)}>
        {items.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {stats && 'message' in stats && <Problem error={stats} />}
      <Chart
        times={days.map(({ from }) => Date.parse(from) / 1000)}
        formatTime={formatDay}
        formatValue={formatShare}
        series={[
          {
            label: 'Share',
            colour: '--accent',
            // A day without facings has no shares.
            values: days.map(({ from, facings }) => (facings === 0 ? null : (facingsOn.get(from) ?? 0) / facings)),
            kind: 'line',
          },
        ]}
      />
    </Card>
  );
}
