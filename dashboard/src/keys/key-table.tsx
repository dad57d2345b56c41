import { useMutation } from '@apollo/client/react';
import { formatDateTime } from '../format/format.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { type KeyRowFragment, RevokeKeyDocument } from './keys.generated.ts';
import { RevokeButton } from './revoke-button.tsx';
import { isValid, ValidityBadge } from './validity-badge.tsx';

const columns: Column<KeyRowFragment>[] = [
  { heading: 'Name', render: ({ name }) => name },
  { heading: 'Begins with', render: ({ prefix }) => <code>{prefix}…</code> },
  { heading: 'Scopes', render: ({ scopes }) => scopes.join(', ') },
  { heading: 'Created', render: ({ createdAt }) => formatDateTime(createdAt) },
  { heading: 'Last used', render: ({ lastUsedAt }) => (lastUsedAt === null ? 'Never' : formatDateTime(lastUsedAt)) },
  { heading: 'Validity', render: (key) => <ValidityBadge {...key} /> },
  { heading: '', render: (key) => isValid(key) && <RevokeKey apiKey={key} /> },
];

export function KeyTable({ keys, totalCount }: { keys: readonly KeyRowFragment[]; totalCount: number }) {
  return <DataTable label="API keys" columns={columns} rows={keys} totalCount={totalCount} />;
}

function RevokeKey({ apiKey: { id, name } }: { apiKey: KeyRowFragment }) {
  const [revoke] = useMutation(RevokeKeyDocument, { variables: { id } });
  return (
    <RevokeButton
      what={`the key ${name}`}
      revoke={async () => {
        const { data } = await revoke();
        return data && 'message' in data.revokeApiKey ? data.revokeApiKey : null;
      }}
    />
  );
}
