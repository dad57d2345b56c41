import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { beginFeed, takeFeed } from './begun-feed.ts';
import type { LiveFeed } from './feed.ts';
import { LiveView } from './live-view.tsx';

export function begin(apollo: ApolloClient, params: URLSearchParams): void {
  beginFeed(apollo, params.get('task') || null);
}

/** Reads where things stand, then follows the stream from there. It does so again when the stream has a gap. */
export default function LivePage() {
  const apollo = useApolloClient();
  const [params, setParams] = useSearchParams();
  const taskId = params.get('task') ?? '';
  const [feed, setFeed] = useState<LiveFeed | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const restart = () => setAttempt(attempt + 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt begins anew
  useEffect(() => {
    let isOver = false;
    setError(null);
    const { started, stop } = takeFeed(apollo, taskId || null);
    started.then(
      (begun) => !isOver && setFeed(begun),
      (problem) => !isOver && setError(problem),
    );
    return () => {
      isOver = true;
      stop();
    };
  }, [apollo, taskId, attempt]);

  if (feed === null || error !== null)
    return <Page title="Live">{error === null ? <Loading /> : <Problem error={error} retry={restart} />}</Page>;
  return (
    <LiveView
      // Another feed is another stream.
      key={feed.id}
      feed={feed}
      onGap={restart}
      onTaskChange={(task) => setParams(task === '' ? {} : { task })}
    />
  );
}
