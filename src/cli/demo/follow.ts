import type { Client } from '../client.ts';
import { expectType, type UnionResult } from '../expect-type.ts';
import type { SubmittedBatch } from './batch.ts';
import type { Picture } from './pictures.ts';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A product on a picture; box in pixels after EXIF orientation, from the top left. */
export interface Detection {
  box: Box;
  /** 0..1 */
  confidence: number;
  /** null: not one of the task's items, or too uncertain to name. */
  catalogItem: { id: string; name: string } | null;
}

interface Analysis {
  durationSeconds: number | null;
  failure: { message: string } | null;
  detections: Detection[];
}

/** A change of one picture's status, as the server pushed it. */
export interface StatusChange {
  at: Date;
  picture: Picture;
  status: string;
  analysis: Analysis;
}

const batchEvents = /* GraphQL */ `
  subscription BatchEvents($batchId: ID!, $after: String!) {
    analysisEvents(filter: { batchId: $batchId }, after: $after) {
      __typename
      ... on AnalysisStatusChanged {
        at
        analysisId
        status
        analysis {
          durationSeconds
          failure { message }
          detections { box { x y width height } confidence catalogItem { id name } }
        }
      }
    }
  }
`;

interface StatusEvent extends UnionResult {
  at: string;
  analysisId: string;
  status: string;
  /** null: deleted meanwhile. */
  analysis: Analysis | null;
}

/**
 * Every status change of a batch, from the first one until the last picture has ended. The subscription is opened after the batch
 * was created but misses nothing, because it begins at the batch's cursor.
 */
export async function* followBatch(client: Client, batch: SubmittedBatch): AsyncGenerator<StatusChange> {
  const { id: batchId, eventCursor: after } = batch;
  const events = client.subscribe<{ analysisEvents: StatusEvent }>(batchEvents, { batchId, after });
  for await (const { analysisEvents: event } of events) {
    const { at, analysisId, status, analysis } = expectType(
      event,
      'AnalysisStatusChanged',
      'The stream of events ended early',
    );
    const picture = batch.pictures.get(analysisId);
    if (!picture || !analysis)
      throw new Error(`An event concerns the analysis ${analysisId}, which is not in the batch.`);
    yield { at: new Date(at), picture, status, analysis };
  }
}

/** The outcome for a picture. */
export function hasEnded(status: string): boolean {
  return ['SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED'].includes(status);
}
