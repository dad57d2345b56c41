import { useQuery, useSubscription } from '@apollo/client/react';
import { SearchX } from 'lucide-react';
import { Link, useParams, useSearchParams } from 'react-router';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { AnalysisDetailsDocument, AnalysisProgressDocument } from './analysis.generated.ts';
import { AnalysisView } from './analysis-view.tsx';

/** One analysis, followed until it has ended. */
export default function AnalysisPage() {
  const { id = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const basis = params.get('basis') === 'corrected' ? 'CORRECTED' : 'FOUND';
  const {
    data: current,
    previousData,
    error,
    refetch,
  } = useQuery(AnalysisDetailsDocument, { variables: { id, basis } });
  // The other basis is there in a moment: until then this one stays.
  const data = current ?? previousData;
  const analysis = data?.node?.__typename === 'Analysis' ? data.node : null;
  useSubscription(AnalysisProgressDocument, {
    variables: { id, basis, after: data?.eventCursor },
    skip: analysis === null || analysis.status === 'SUCCEEDED' || analysis.status === 'FAILED',
    ignoreResults: true,
  });

  const show = (next: string) => setParams(next === 'CORRECTED' ? { basis: 'corrected' } : {}, { replace: true });
  if (analysis) return <AnalysisView analysis={analysis} basis={basis} onBasis={show} />;
  return (
    <Page title="Analysis">
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!error && !data && <Loading />}
      {data && (
        <EmptyState icon={<SearchX aria-hidden />} title="This analysis does not exist">
          It may have been deleted, or the link is not complete. <Link to="/analyses">See all analyses</Link>
        </EmptyState>
      )}
    </Page>
  );
}
