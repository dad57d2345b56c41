import type { Client, Files } from '../client.ts';
import { expectType, type UnionResult } from '../expect-type.ts';
import type { Picture } from './pictures.ts';

/** A batch that the server has accepted. */
export interface SubmittedBatch {
  id: string;
  /** Subscribing after it misses no event of the batch. */
  eventCursor: string;
  pictures: ReadonlyMap<AnalysisId, Picture>;
}

type AnalysisId = string;

const submitBatch = /* GraphQL */ `
  mutation Submit($input: SubmitBatchInput!) {
    submitBatch(input: $input) {
      __typename
      ... on SubmitBatchPayload {
        batch { id eventCursor }
        items { index analysis { id } }
      }
      ... on UserError { message }
    }
  }
`;

interface SubmitBatchResult extends UnionResult {
  batch: { id: string; eventCursor: string };
  items: { index: number; analysis: { id: string } }[];
}

/** Sends all pictures in one request. The response comes as soon as they are stored; the results come as events. */
export async function submitPictures(
  client: Client,
  taskId: string,
  pictures: readonly Picture[],
): Promise<SubmittedBatch> {
  const images = pictures.map(({ name }) => ({ source: { upload: null }, externalId: name }));
  const files: Files = Object.fromEntries(
    pictures.map(({ path }, index) => [`input.images.${index}.source.upload`, path]),
  );
  const answer = await client.upload<{ submitBatch: SubmitBatchResult }>(
    submitBatch,
    { input: { taskId, images } },
    files,
  );
  const { batch, items } = expectType(answer.submitBatch, 'SubmitBatchPayload', 'The batch was not accepted');
  return { ...batch, pictures: new Map(items.map(({ index, analysis }) => [analysis.id, pictures[index]!])) };
}
