import type { ApolloClient } from '@apollo/client';
import { LiveFeed } from './feed.ts';
import { LiveHistoryDocument, LiveStartDocument } from './live.generated.ts';

const hourMs = 3_600_000;
/** Of a hundred analyses each. What ended before them is left out of the figures, which say so. */
const historyPages = 20;

/**
 * The newest pictures and the position of the stream behind them; the figures of the hour follow when those are shown.
 * @param signal ends the reading of what follows
 */
export async function startFeed(apollo: ApolloClient, taskId: string | null, signal: AbortSignal): Promise<LiveFeed> {
  const filter = { taskId, status: ['SUCCEEDED' as const, 'FAILED' as const] };
  const { data } = await apollo.query({ query: LiveStartDocument, variables: { filter }, fetchPolicy: 'no-cache' });
  const feed = new LiveFeed(taskId, data!);
  // Without its history the page is as useful as with it.
  void readHistory(apollo, feed, signal).catch(() => undefined);
  return feed;
}

async function readHistory(apollo: ApolloClient, feed: LiveFeed, signal: AbortSignal): Promise<void> {
  const newest = feed.shown[0]?.finishedAt;
  if (!newest) return;
  // By the server's clock, on which the stream begins: what the feed has shown from the beginning is history, what follows is not.
  const to = new Date(Date.parse(newest) + 1).toISOString();
  const finishedAt = { from: new Date(Date.now() - hourMs).toISOString(), to };
  const filter = { taskId: feed.taskId, status: ['SUCCEEDED' as const, 'FAILED' as const], finishedAt };
  let after: string | null = null;
  for (let page = 0; page < historyPages; page++) {
    const variables: { filter: typeof filter; after: string | null } = { filter, after };
    const { data } = await apollo.query({ query: LiveHistoryDocument, variables, fetchPolicy: 'no-cache' });
    if (signal.aborted) return;
    const { nodes, pageInfo } = data!.analyses;
    feed.addHistory(nodes, pageInfo.hasNextPage);
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}
