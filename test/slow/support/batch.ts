import { openAsBlob } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { request, upload } from '../../support/client.ts';

const shelf = path.join(import.meta.dirname, '..', '..', '..', 'examples', 'shelves', '2-drinks.jpg');

export interface Server {
  url: string;
  apiKey: string;
}

export interface TestBatch {
  id: string;
  /** Before its first event. */
  eventCursor: string;
  /** In the order of the request. */
  analysisIds: string[];
}

/** A batch of real photographs of a shelf, each of which keeps an engine busy for a moment. */
export async function submitShelves(server: Server, count: number, taskId?: string): Promise<TestBatch> {
  return submitPictures(server, Array(count).fill(await openAsBlob(shelf)), taskId);
}

/** @param taskId Default: a task of its own. */
export async function submitPictures(server: Server, pictures: readonly Blob[], taskId?: string): Promise<TestBatch> {
  taskId ??= await createTask(server);
  const { body } = await upload(server.url, {
    apiKey: server.apiKey,
    query: `mutation ($input: SubmitBatchInput!) {
      submitBatch(input: $input) {
        __typename
        ... on SubmitBatchPayload { batch { id eventCursor } items { analysis { id } } }
      }
    }`,
    variables: { input: { taskId, images: pictures.map(() => ({ source: { upload: null } })) } },
    files: Object.fromEntries(pictures.map((blob, at) => [`variables.input.images.${at}.source.upload`, blob])),
  });
  const payload = body.data?.submitBatch;
  if (payload?.__typename !== 'SubmitBatchPayload') throw new Error(`Not accepted: ${JSON.stringify(body)}`);
  return {
    ...payload.batch,
    analysisIds: payload.items.map(({ analysis }: { analysis: { id: string } }) => analysis.id),
  };
}

async function createTask({ url, apiKey }: Server): Promise<string> {
  const query = `mutation { createTask(input: { name: "Shelves" }) { ... on Task { id } } }`;
  const { body } = await request(url, { apiKey, query });
  return body.data.createTask.id;
}

export interface BatchState {
  status: string;
  total: number;
  completed: number;
  processing: number;
  failed: number;
  canceled: number;
  analyses: { id: string; status: string; attempt: number; failureCode: string | null; detectionCount: number }[];
}

export async function readBatch({ url, apiKey }: Server, id: string): Promise<BatchState> {
  const query = `query ($id: ID!) {
    batch: node(id: $id) {
      ... on Batch {
        status total completed processing failed canceled
        analyses(first: 100) { edges { node { id status attempt detectionCount failure { code } } } }
      }
    }
  }`;
  const { body } = await request(url, { apiKey, query, variables: { id } });
  if (!body.data?.batch) throw new Error(`No batch: ${JSON.stringify(body)}`);
  const { analyses, ...batch } = body.data.batch;
  return {
    ...batch,
    analyses: analyses.edges.map(({ node: { failure, ...node } }: { node: { failure: { code: string } | null } }) => ({
      ...node,
      failureCode: failure?.code ?? null,
    })),
  };
}

/** For where no stream can be relied on. */
export async function untilCompleted(server: Server, id: string): Promise<void> {
  for (;;) {
    // While the database is away the answer is an error.
    const state = await readBatch(server, id).catch(() => null);
    if (state?.status === 'COMPLETED') return;
    await delay(200);
  }
}
