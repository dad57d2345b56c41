import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useState } from 'react';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { LiveFeed } from './feed.ts';
import { LiveStartDocument, type LiveStartQueryVariables } from './live.generated.ts';
import { LiveView } from './live-view.tsx';

const hourMs = 3_600_000;

/** Reads where things stand, then follows the stream from there. It does so again when the stream has a gap. */
export default function LivePage() {
  const apollo = useApolloClient();
  const [feed, setFeed] = useState<LiveFeed | null>(null);
  const [error, setError] = useState<unknown>(null);
  const start = useCallback(() => {
    setError(null);
    const from = new Date(Date.now() - hourMs).toISOString();
    const variables: LiveStartQueryVariables = {
      filter: { status: ['SUCCEEDED', 'FAILED'] },
      hour: { finishedAt: { from } },
    };
    apollo
      .query({ query: LiveStartDocument, variables, fetchPolicy: 'no-cache' })
      .then(({ data }) => data && setFeed(new LiveFeed(data)), setError);
  }, [apollo]);
  useEffect(start, [start]);

  if (feed !== null) return <LiveView key={feed.start} feed={feed} onGap={start} />;
  return <Page title="Live">{error === null ? <Loading /> : <Problem error={error} retry={start} />}</Page>;
}
