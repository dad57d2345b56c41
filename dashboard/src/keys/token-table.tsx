import { useMutation } from '@apollo/client/react';
import { Link } from 'react-router';
import { formatCount, formatDateTime } from '../format/format.ts';
import { nameOf } from '../ui/analysis-name.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { RevokeTokenDocument, type TokenRowFragment } from './keys.generated.ts';
import { RevokeButton } from './revoke-button.tsx';
import { isValid, ValidityBadge } from './validity-badge.tsx';

const columns: Column<TokenRowFragment>[] = [
  { heading: 'For', render: describeHolder },
  { heading: 'Made with', render: ({ apiKey }) => apiKey.name },
  { heading: 'Scopes', render: ({ scopes }) => scopes.join(', ') },
  { heading: 'Limited to', render: Limits },
  { heading: 'Created', render: ({ createdAt }) => formatDateTime(createdAt) },
  { heading: 'Validity', render: (token) => <ValidityBadge {...token} /> },
  { heading: '', render: (token) => isValid(token) && <RevokeToken token={token} /> },
];

/** Secrets of browsers and screens, and of links that were shared. */
export function TokenTable({ tokens, totalCount }: { tokens: readonly TokenRowFragment[]; totalCount: number }) {
  return <DataTable label="Session tokens" columns={columns} rows={tokens} totalCount={totalCount} />;
}

function describeHolder({ actor, analysis, singleUse }: TokenRowFragment): string {
  const kind = analysis === null ? (singleUse ? 'Sign-in link' : 'Browser') : 'Link to an analysis';
  return actor === null ? kind : `${kind}, ${actor}`;
}

function Limits({ analysis, taskIds, placeIds }: TokenRowFragment) {
  if (analysis !== null) return <Link to={`/analyses/${analysis.id}`}>{nameOf(analysis)}</Link>;
  const limits = [taskIds && `${formatCount(taskIds.length)} tasks`, placeIds?.join(', ')].filter(Boolean);
  return limits.length > 0 ? limits.join('; ') : '–';
}

function RevokeToken({ token }: { token: TokenRowFragment }) {
  const [revoke] = useMutation(RevokeTokenDocument, { variables: { id: token.id } });
  return (
    <RevokeButton
      what={`the token of ${describeHolder(token)}, ${formatDateTime(token.createdAt)}`}
      revoke={async () => {
        const { data } = await revoke();
        return data && 'message' in data.revokeSessionToken ? data.revokeSessionToken : null;
      }}
    />
  );
}
