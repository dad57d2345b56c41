import { Link } from 'react-router';
import { formatCount, formatDateTime } from '../format/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import type { PlanogramDetails } from './planogram-view.tsx';

interface VersionListProps {
  planogram: PlanogramDetails;
  /** The number of the version that is shown; null: none. */
  shown: number | null;
}

/** The versions, the latest first, each a link to what it says. */
export function VersionList({ planogram: { id, currentVersion, versions }, shown }: VersionListProps) {
  const rows = versions.edges.map(({ node }) => ({ ...node, id: String(node.version) }));
  const columns: Column<(typeof rows)[number]>[] = [
    {
      heading: 'Version',
      render: ({ version }) => (
        <Link to={`/planograms/${id}?version=${version}`} replace aria-current={version === shown || undefined}>
          Version {formatCount(version)}
        </Link>
      ),
    },
    {
      heading: 'Valid for pictures taken',
      render: ({ validFrom }) => (validFrom === null ? 'at any time' : `from ${formatDateTime(validFrom)}`),
    },
    { heading: '', render: ({ version }) => version === currentVersion?.version && <Badge tone="good">In use</Badge> },
    { heading: 'Made', render: ({ createdAt }) => formatDateTime(createdAt) },
  ];
  return (
    <Card title={`Versions: ${formatCount(rows.length)}`}>
      <DataTable label="versions" columns={columns} rows={rows} />
    </Card>
  );
}
