import { useQuery, useSubscription } from '@apollo/client/react';
import { Card } from '../ui/card.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { EngineTable } from './engine-table.tsx';
import { ModelTable } from './model-table.tsx';
import { PipelinesDocument, SystemDocument } from './system.generated.ts';
import { SystemFigures } from './system-figures.tsx';

/** How the server is doing, and which models it runs. */
export default function SystemPage() {
  const live = useSubscription(SystemDocument);
  const installed = useQuery(PipelinesDocument, { fetchPolicy: 'cache-and-network' });
  const status = live.data?.systemStatus;
  return (
    <Page title="System" aside={status && `Sightline ${status.version}`}>
      {live.error && <Problem error={live.error} retry={live.restart} />}
      {!status && !live.error && <Loading />}
      {status && <SystemFigures status={status} />}
      {status?.engines && (
        <Card title="Engines">
          <EngineTable engines={status.engines} />
        </Card>
      )}
      {installed.error && <Problem error={installed.error} retry={() => void installed.refetch()} />}
      {installed.data && (
        <Card title="Models, by pipeline">
          <ModelTable pipelines={installed.data.pipelines} />
        </Card>
      )}
    </Page>
  );
}
