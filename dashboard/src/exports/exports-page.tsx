import { useQuery } from '@apollo/client/react';
import { FileDown } from 'lucide-react';
import { Link } from 'react-router';
import { formatBytes, formatCount, formatDateTime } from '../format/format.ts';
import { fileLink } from '../graphql/file-link.ts';
import { Card } from '../ui/card.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { ExportStatusCell } from './export-status-cell.tsx';
import { type ExportRowFragment, ExportsDocument } from './exports.generated.ts';

const columns: Column<ExportRowFragment>[] = [
  { heading: 'Begun', render: ({ createdAt }) => formatDateTime(createdAt) },
  { heading: 'Of', render: ({ mediaType }) => (mediaType === 'VIDEO' ? 'Videos' : 'Images') },
  { heading: 'Format', render: ({ format }) => format },
  { heading: 'Results', render: ({ basis }) => (basis === 'FOUND' ? 'As found' : 'With corrections') },
  { heading: 'Status', render: (row) => <ExportStatusCell row={row} /> },
  { heading: 'Rows', isNumber: true, render: ({ rows }) => (rows === null ? '–' : formatCount(rows)) },
  { heading: 'Size', isNumber: true, render: ({ byteSize }) => (byteSize === null ? '–' : formatBytes(byteSize)) },
  { heading: 'Kept until', render: ({ expiresAt }) => (expiresAt === null ? '–' : formatDateTime(expiresAt)) },
  {
    heading: '',
    render: ({ url }) =>
      url !== null && (
        <a href={fileLink(url)} download>
          Download
        </a>
      ),
  },
];

/** The files that analyses were written to. */
export default function ExportsPage() {
  const { data, error, refetch } = useQuery(ExportsDocument, { fetchPolicy: 'cache-and-network' });
  return (
    <Page title="Exports">
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data &&
        (data.exports.nodes.length === 0 ? (
          <EmptyState icon={<FileDown aria-hidden />} title="Nothing has been exported yet">
            Choose what to export under <Link to="/analyses">Analyses</Link>, and press Export all.
          </EmptyState>
        ) : (
          <Card>
            <DataTable
              label="Exports"
              columns={columns}
              rows={data.exports.nodes}
              totalCount={data.exports.totalCount}
            />
          </Card>
        ))}
    </Page>
  );
}
