import type { Client } from '../../src/cli/client.ts';

const batchSize = 200;

const submitBatch = /* GraphQL */ `
  mutation Submit($input: SubmitBatchInput!) {
    submitBatch(input: $input) {
      __typename
      ... on SubmitBatchPayload { batch { id eventCursor } items { index analysis { id } } }
      ... on UserError { message }
    }
  }
`;

/** Submits stored images in batches of 200, `inFlight` requests at a time. @returns the seconds until the last was accepted. */
export async function submitAll(
  client: Client,
  taskId: string,
  imageIds: readonly string[],
  inFlight: number,
): Promise<number> {
  const batches: string[][] = [];
  for (let from = 0; from < imageIds.length; from += batchSize) batches.push(imageIds.slice(from, from + batchSize));
  const startedAt = performance.now();
  const submitUntilNone = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) await submit(client, taskId, batch);
  };
  await Promise.all(Array.from({ length: inFlight }, submitUntilNone));
  return (performance.now() - startedAt) / 1000;
}

async function submit(client: Client, taskId: string, imageIds: string[]): Promise<void> {
  const input = { taskId, images: imageIds.map((imageId) => ({ source: { imageId } })) };
  const { submitBatch: result } = await client.request<{
    submitBatch: { __typename: string; message?: string; items: { analysis: { id: string } }[] };
  }>(submitBatch, { input });
  if (result.items?.length !== imageIds.length)
    throw new Error(`A batch was not accepted: ${result.__typename} ${result.message ?? ''}`);
}
