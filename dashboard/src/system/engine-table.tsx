import { formatCount, formatDecimal } from '../format/format.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import type { SystemSubscription } from './system.generated.ts';

type Engine = NonNullable<SystemSubscription['systemStatus']['engines']>[number];

const tones: Record<string, Tone> = { READY: 'good', BUSY: 'busy', STARTING: 'warn', DEGRADED: 'bad' };

const columns: Column<Engine>[] = [
  { heading: 'Host', render: ({ host }) => host },
  { heading: 'State', render: ({ state }) => <Badge tone={tones[state] ?? 'neutral'}>{state}</Badge> },
  { heading: 'Provider', render: ({ provider }) => provider || '–' },
  { heading: 'Threads', isNumber: true, render: ({ threads }) => formatCount(threads) },
  {
    heading: 'Images a second',
    isNumber: true,
    render: ({ imagesPerSecond }) => formatDecimal(imagesPerSecond),
  },
];

export function EngineTable({ engines }: { engines: readonly Engine[] }) {
  if (engines.length === 0)
    return <p>No engine runs. Analyses wait until a worker starts: run `sightline worker`, or look at its log.</p>;
  return <DataTable label="Engines" columns={columns} rows={engines} />;
}
