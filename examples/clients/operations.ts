/** The operations of the recipes in this folder: they send pictures and receive changes. */

export const submitBatch = /* GraphQL */ `
  mutation SubmitBatch($input: SubmitBatchInput!) {
    submitBatch(input: $input) {
      __typename
      ... on SubmitBatchPayload { batch { id total eventCursor } }
      ... on UserError { code message }
    }
  }
`;

/** A subscription that can be resumed needs only the variable `after` and the `cursor` of its events. */
export const analysisEvents = /* GraphQL */ `
  subscription AnalysisEvents($filter: AnalysisEventFilter!, $after: String) {
    analysisEvents(filter: $filter, after: $after) {
      __typename
      ... on StreamEvent { cursor }
      ... on AnalysisStatusChanged {
        analysisId
        status
        analysis { id status detectionCount failure { code message retryable } }
      }
      ... on StreamResync { reason }
    }
  }
`;

/** The same events as a query: pass the cursor of a page to get the next one. */
export const analysisEventLog = /* GraphQL */ `
  query AnalysisEventLog($filter: AnalysisEventFilter!, $after: String) {
    analysisEventLog(filter: $filter, after: $after, first: 100) {
      cursor
      hasMore
      events {
        __typename
        ... on StreamEvent { cursor }
        ... on AnalysisStatusChanged {
          analysisId
          status
          analysis { id status detectionCount failure { code message retryable } }
        }
        ... on StreamResync { reason }
      }
    }
  }
`;

export interface EventPage {
  events: AnalysisEvent[];
  cursor: string;
  hasMore: boolean;
}

export interface Batch {
  id: string;
  total: number;
  /** Subscribe after it to miss no event of this batch. */
  eventCursor: string;
}

export type SubmitBatchResult =
  | { __typename: 'SubmitBatchPayload'; batch: Batch }
  | { __typename: 'ValidationError' | 'NotFoundError' | (string & {}); code: string; message: string };

export interface AnalysisStatusChanged {
  __typename: 'AnalysisStatusChanged';
  cursor: string;
  analysisId: string;
  status: string;
  /** Its current state; null if it has been deleted since. */
  analysis: {
    id: string;
    status: string;
    detectionCount: number;
    failure: { code: string; message: string; retryable: boolean } | null;
  } | null;
}

export interface StreamResync {
  __typename: 'StreamResync';
  cursor: string;
  reason: string;
}

export type AnalysisEvent = AnalysisStatusChanged | StreamResync;

/** An expected failure is an ordinary response; this turns it into an exception. */
export function batchOf(result: SubmitBatchResult): Batch {
  if ('batch' in result) return result.batch;
  throw new Error(`${result.code}: ${result.message}`);
}
