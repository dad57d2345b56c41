import { exampleBase64, type Product } from './examples.ts';
import type { Data, User } from './user.ts';

/** What of a result union every test wants to know when it is a failure. */
export const failures = /* GraphQL */ `
  fragment Failures on UserError {
    __typename
    message
    code
    ... on ValidationError { issues { path message } }
    ... on NotFoundError { id }
    ... on MediaError { limit }
    ... on BatchTooLargeError { maxBatchSize size }
  }
`;

/** The result, which must be of this type. */
export function expectType(result: Data, typename: string): Data {
  if (result.__typename !== typename) throw new Error(`Expected ${typename}, found ${JSON.stringify(result, null, 2)}`);
  return result;
}

const createTaskMutation = /* GraphQL */ `
  mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename ...Failures ... on Task { id } } }
  ${failures}
`;

/** @returns its id. Of every item unless `catalogItemIds` says which. */
export async function createTask(user: User, input: Record<string, unknown> = {}): Promise<string> {
  const { createTask: result } = await user.run(createTaskMutation, { input: { name: 'Task', ...input } });
  return expectType(result, 'Task').id;
}

const createItemMutation = /* GraphQL */ `
  mutation ($input: CreateCatalogItemInput!) {
    createCatalogItem(input: $input) { __typename ...Failures ... on CatalogItem { id status thumbnail { id } } }
  }
  ${failures}
`;

/** An item, INDEXING until an engine has seen its picture. */
export async function createItem(
  user: User,
  input: Record<string, unknown>,
): Promise<{ id: string; thumbnail: { id: string } }> {
  const { createCatalogItem: result } = await user.run(createItemMutation, { input: { name: 'Item', ...input } });
  return expectType(result, 'CatalogItem');
}

/** The item of one of the examples. */
export async function createExampleItem(user: User, { name, customId, file }: Product): Promise<string> {
  const item = await createItem(user, { name, customId, thumbnail: { base64: await exampleBase64(file) } });
  return item.id;
}

/** Changes of these items until none is INDEXING, from the first on. */
export const itemEvents = /* GraphQL */ `
  subscription ($ids: [ID!], $after: String) {
    catalogItemEvents(ids: $ids, after: $after) {
      __typename
      ... on CatalogItemChanged { catalogItemId status catalogItem { status failure { code } } }
    }
  }
`;

/** Resolves when the items are looked for. */
export async function awaitActive(user: User, ids: readonly string[]): Promise<void> {
  const last = new Map<string, string>();
  for await (const event of user.stream(itemEvents, { ids })) last.set(event.catalogItemId, event.status);
  for (const id of ids) if (last.get(id) !== 'ACTIVE') throw new Error(`The item ${id} became ${last.get(id)}.`);
}

const submitMutation = /* GraphQL */ `
  mutation ($input: SubmitBatchInput!) {
    submitBatch(input: $input) {
      __typename
      ...Failures
      ... on SubmitBatchPayload {
        batch { id eventCursor status total processing failed }
        items { index analysis { id status priority externalId failure { code message retryable } image { id status } } }
      }
    }
  }
  ${failures}
`;

/** One picture of a batch: a file, or any other source, with whatever else its input takes. */
export type Picture = { file: Blob } | ({ source: Record<string, unknown> } & Record<string, unknown>);

/** What submitBatch answers, whatever that is. Files are sent as a multipart request. */
export async function trySubmit(
  user: User,
  pictures: readonly (Picture & Record<string, unknown>)[],
  input: Record<string, unknown> = {},
): Promise<Data> {
  const files: Record<string, Blob> = {};
  const images = pictures.map(({ file, ...image }, index) => {
    if (!file) return image;
    files[`input.images.${index}.source.upload`] = file as Blob;
    return { ...image, source: { upload: null } };
  });
  return (await user.run(submitMutation, { input: { ...input, images } }, files)).submitBatch;
}

export interface Submitted {
  batch: { id: string; eventCursor: string; status: string; total: number; processing: number; failed: number };
  /** In the order of the request. */
  analyses: Data[];
  ids: string[];
}

/** Submits a batch that must be taken. */
export async function submitBatch(...args: Parameters<typeof trySubmit>): Promise<Submitted> {
  const { batch, items } = expectType(await trySubmit(...args), 'SubmitBatchPayload');
  const analyses = items.map(({ analysis }: { analysis: Data }) => analysis);
  return { batch, analyses, ids: analyses.map(({ id }: { id: string }) => id) };
}

const recognizeMutation = /* GraphQL */ `
  mutation ($input: RecognizeImageInput!) {
    recognizeImage(input: $input) {
      __typename
      ...Failures
      ... on RecognizeImagePayload {
        timedOut
        eventCursor
        analysis {
          id status priority attempt detectionCount inactiveItemCount image { id } batch { id }
          failure { code message retryable }
          detections { catalogItem { id } confidence }
        }
      }
    }
  }
  ${failures}
`;

/** What recognizeImage answers, whatever that is. */
export async function recognize(user: User, input: Record<string, unknown>): Promise<Data> {
  return (await user.run(recognizeMutation, { input })).recognizeImage;
}

export const analysisEvents = /* GraphQL */ `
  subscription ($filter: AnalysisEventFilter!, $after: String) {
    analysisEvents(filter: $filter, after: $after) {
      __typename
      ... on StreamEvent { cursor }
      ... on AnalysisStatusChanged { analysisId status previousStatus at analysis { id status } }
      ... on StreamResync { reason }
    }
  }
`;

export const batchEvents = /* GraphQL */ `
  subscription ($batchId: ID!, $after: String) {
    batchEvents(batchId: $batchId, after: $after) {
      __typename
      ... on StreamEvent { cursor }
      ... on BatchProgressed {
        batchId
        batch { status total processing completed failed canceled expired progress etaSeconds finishedAt }
      }
      ... on StreamResync { reason }
    }
  }
`;

/** Waits until every analysis of a batch has ended. */
export async function awaitEnd(user: User, { batch }: Submitted): Promise<void> {
  await user.collect(batchEvents, { batchId: batch.id, after: batch.eventCursor });
}

/** The statuses that each analysis went through, in the order of its events. */
export function pathsOf(events: readonly Data[]): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  for (const { analysisId, status } of events) paths.set(analysisId, [...(paths.get(analysisId) ?? []), status]);
  return paths;
}
