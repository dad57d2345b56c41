import type { Client } from '../../src/cli/client.ts';
import { submitPictures } from '../../src/cli/demo/batch.ts';
import type { Picture } from '../../src/cli/demo/pictures.ts';
import type { LoopResult } from './bare-loop.ts';

const events = /* GraphQL */ `
  subscription Ends($batchId: ID!, $after: String!) {
    analysisEvents(filter: { batchId: $batchId, status: [SUCCEEDED, FAILED] }, after: $after) {
      ... on AnalysisStatusChanged { status analysis { failure { message } } }
    }
  }
`;

const results = /* GraphQL */ `
  query Results($batchId: ID!, $after: String) {
    analyses(first: 100, after: $after, filter: { batchId: $batchId }) {
      pageInfo { hasNextPage endCursor }
      edges { node { detections { catalogItem { id } } } }
    }
  }
`;

interface EndEvent {
  analysisEvents: { status: string; analysis: { failure: { message: string } | null } };
}

interface ResultPage {
  analyses: {
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    edges: { node: { detections: { catalogItem: object | null }[] } }[];
  };
}

/** Sends pictures in one submitBatch; the seconds are from before it until the last SUCCEEDED has arrived as an event. */
export async function runTimedBatch(client: Client, taskId: string, pictures: readonly Picture[]): Promise<LoopResult> {
  const startedAt = performance.now();
  const { id: batchId, eventCursor: after } = await submitPictures(client, taskId, pictures);
  let ended = 0;
  let seconds = 0;
  for await (const { analysisEvents } of client.subscribe<EndEvent>(events, { batchId, after })) {
    if (analysisEvents.status !== 'SUCCEEDED')
      throw new Error(`An analysis of the bench failed: ${analysisEvents.analysis.failure?.message}`);
    ended += 1;
    seconds = (performance.now() - startedAt) / 1000;
  }
  if (ended !== pictures.length) throw new Error(`${ended} of ${pictures.length} pictures ended.`);
  return { seconds, ...(await countDetections(client, batchId)) };
}

async function countDetections(client: Client, batchId: string): Promise<Omit<LoopResult, 'seconds'>> {
  let detections = 0;
  let named = 0;
  for (let after: string | null = null; ; ) {
    const { analyses }: ResultPage = await client.request<ResultPage>(results, { batchId, after });
    for (const { node } of analyses.edges) {
      detections += node.detections.length;
      named += node.detections.filter(({ catalogItem }) => catalogItem !== null).length;
    }
    if (!analyses.pageInfo.hasNextPage) return { detections, named };
    after = analyses.pageInfo.endCursor;
  }
}
