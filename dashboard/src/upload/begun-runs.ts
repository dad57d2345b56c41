import type { ApolloClient } from '@apollo/client';
import type { UploadRun } from './upload-run.ts';

/** Of each session; the latest first. */
const begun = new WeakMap<ApolloClient, readonly UploadRun[]>();

/** What was begun in this session: it goes on while other pages are open, and is there when the page Upload is opened again. */
export const runsOf = (apollo: ApolloClient): readonly UploadRun[] => begun.get(apollo) ?? [];

/** When the session ends. */
export function stopRuns(apollo: ApolloClient): void {
  for (const run of runsOf(apollo)) run.stop();
}

export function addRun(apollo: ApolloClient, run: UploadRun): readonly UploadRun[] {
  const runs = [run, ...runsOf(apollo)];
  begun.set(apollo, runs);
  return runs;
}
