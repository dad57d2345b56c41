import { useQuery } from '@apollo/client/react';
import { SearchX } from 'lucide-react';
import { Link, useParams } from 'react-router';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { PlanogramView } from './planogram-view.tsx';
import { PlanogramDetailsDocument } from './planograms.generated.ts';

/** One planogram, with all its versions. */
export default function PlanogramPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery(PlanogramDetailsDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  if (data?.node?.__typename === 'Planogram')
    return <PlanogramView planogram={data.node} onChanged={() => void refetch()} />;
  return (
    <Page title="Planogram">
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && (
        <EmptyState icon={<SearchX aria-hidden />} title="This planogram does not exist">
          The link may not be complete. <Link to="/planograms">See all planograms</Link>
        </EmptyState>
      )}
    </Page>
  );
}
