import { useQuery } from '@apollo/client/react';
import { Card } from '../ui/card.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { CreateKeyButton } from './create-key-button.tsx';
import { KeyTable } from './key-table.tsx';
import { KeysDocument } from './keys.generated.ts';
import { TokenTable } from './token-table.tsx';

/** Who may use the API: keys for programs, and the session tokens that were made with them. */
export default function KeysPage() {
  const { data, error, refetch } = useQuery(KeysDocument, { fetchPolicy: 'cache-and-network' });
  const reload = () => void refetch();
  const keys = data?.viewer.organization.apiKeys;
  return (
    <Page title="Keys" actions={<CreateKeyButton onCreated={reload} />}>
      {error && <Problem error={error} retry={reload} />}
      {!data && !error && <Loading />}
      {keys && (
        <Card title="API keys">
          <KeyTable keys={keys.nodes} totalCount={keys.totalCount} />
        </Card>
      )}
      {data && (
        <Card title="Session tokens">
          <TokenTable tokens={data.sessionTokens.nodes} totalCount={data.sessionTokens.totalCount} />
        </Card>
      )}
    </Page>
  );
}
