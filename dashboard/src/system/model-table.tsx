import { Badge } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import type { PipelinesQuery } from './system.generated.ts';

type Pipeline = PipelinesQuery['pipelines'][number];
interface Row {
  id: string;
  pipeline: Pipeline;
  model: Pipeline['models'][number];
}

const columns: Column<Row>[] = [
  { heading: 'Pipeline', render: ({ pipeline }) => `${pipeline.name}@${pipeline.version}` },
  { heading: 'For', render: ({ pipeline }) => pipeline.taskTypes.join(', ') },
  { heading: 'Text', render: ({ pipeline }) => (pipeline.readsText ? 'Reads it' : '–') },
  { heading: 'Model', render: ({ model }) => `${model.name}@${model.version}` },
  { heading: 'Kind', render: ({ model }) => model.kind },
  { heading: 'Licence', render: ({ model }) => model.licence },
  {
    heading: 'State',
    render: ({ model }) => <Badge tone={model.ready ? 'good' : 'warn'}>{model.ready ? 'Ready' : 'Not loaded'}</Badge>,
  },
  { heading: 'SHA-256', render: ({ model }) => <code title={model.sha256}>{model.sha256.slice(0, 12)}…</code> },
];

export function ModelTable({ pipelines }: { pipelines: readonly Pipeline[] }) {
  const rows = pipelines.flatMap((pipeline) =>
    pipeline.models.map((model) => ({
      id: [pipeline.name, pipeline.version, model.name, model.version].join(' '),
      pipeline,
      model,
    })),
  );
  return <DataTable label="Models" columns={columns} rows={rows} />;
}
