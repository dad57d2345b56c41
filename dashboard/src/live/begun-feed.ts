import type { ApolloClient } from '@apollo/client';
import type { LiveFeed } from './feed.ts';
import { startFeed } from './start-feed.ts';

/** A feed that is being read. */
export interface BegunFeed {
  started: Promise<LiveFeed>;
  /** Ends the reading. */
  stop(): void;
}

let waiting: (BegunFeed & { apollo: ApolloClient; taskId: string | null }) | null = null;

/** Begins to read the feed that the page is about to need. */
export function beginFeed(apollo: ApolloClient, taskId: string | null): void {
  const begun = readFeed(apollo, taskId);
  // Whoever takes it sees it fail.
  begun.started.catch(() => undefined);
  waiting = { ...begun, apollo, taskId };
}

/** The feed that was begun for this, or one that begins now. */
export function takeFeed(apollo: ApolloClient, taskId: string | null): BegunFeed {
  const begun = waiting;
  waiting = null;
  return begun?.apollo === apollo && begun.taskId === taskId ? begun : readFeed(apollo, taskId);
}

function readFeed(apollo: ApolloClient, taskId: string | null): BegunFeed {
  const aborted = new AbortController();
  return { started: startFeed(apollo, taskId, aborted.signal), stop: () => aborted.abort() };
}
