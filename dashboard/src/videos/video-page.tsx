import { useQuery, useSubscription } from '@apollo/client/react';
import { SearchX } from 'lucide-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { VideoDetailsDocument, VideoProgressDocument } from './video.generated.ts';
import { VideoView } from './video-view.tsx';

const ended = ['SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED'];

/** One video analysis, followed second by second until it has ended. */
export default function VideoPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery(VideoDetailsDocument, { variables: { id } });
  const analysis = data?.node?.__typename === 'VideoAnalysis' ? data.node : null;
  const [lastSecond, setLastSecond] = useState<number | null>(null);
  const hasEnded = analysis !== null && ended.includes(analysis.status);
  useSubscription(VideoProgressDocument, {
    variables: { id, after: data?.eventCursor },
    skip: analysis === null || hasEnded,
    ignoreResults: true,
    onData({ data: { data: delivered } }) {
      const event = delivered?.videoEvents;
      if (event?.__typename === 'VideoSecondAnalyzed') setLastSecond(event.second);
      if (event?.__typename === 'StreamResync') void refetch();
    },
  });
  if (analysis) return <VideoView key={analysis.id} {...{ analysis, hasEnded, lastSecond }} />;
  return (
    <Page title="Video">
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!error && !data && <Loading />}
      {data && (
        <EmptyState icon={<SearchX aria-hidden />} title="This video analysis does not exist">
          It may have been deleted, or the link is not complete. <Link to="/videos">See all videos</Link>
        </EmptyState>
      )}
    </Page>
  );
}
