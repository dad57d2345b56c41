import { createClient } from 'graphql-ws';

export interface StatusEvent {
  status: string;
  analysisId: string;
  /** When the server says it happened, in milliseconds of the epoch. */
  at: number;
  /** When it came, in milliseconds of the epoch. */
  arrivedAt: number;
}

const subscription = /* GraphQL */ `
  subscription Changes($batchId: ID!, $after: String) {
    analysisEvents(filter: { batchId: $batchId }, after: $after) {
      ... on StreamEvent { cursor }
      ... on AnalysisStatusChanged { at analysisId status }
    }
  }
`;

/**
 * The changes of a batch as a client sees them that comes back whenever the server has gone, going on from its last cursor.
 * It tries every 25 ms, so what it adds to a measurement is less than that.
 */
export async function* followResuming(
  target: { url: string; apiKey: string },
  batch: { id: string; eventCursor: string },
): AsyncGenerator<StatusEvent> {
  const client = createClient({
    url: `${target.url.replace(/^http/, 'ws')}/graphql`,
    connectionParams: { apiKey: target.apiKey },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 25)),
  });
  // graphql-ws sends this same object again after a break: the cursor in it is what makes it go on.
  const variables = { batchId: batch.id, after: batch.eventCursor };
  type Data = { analysisEvents: { cursor: string; at: string; analysisId: string; status: string } };
  try {
    for await (const { data, errors } of client.iterate<Data>({ query: subscription, variables })) {
      if (!data) throw new Error(`The subscription was refused: ${JSON.stringify(errors)}`);
      const { cursor, at, analysisId, status } = data.analysisEvents;
      variables.after = cursor;
      yield { analysisId, status, at: Date.parse(at), arrivedAt: Date.now() };
    }
  } finally {
    await client.dispose();
  }
}
