import { type Answer, answer } from '../../support/client.ts';
import { expectType, failures } from '../../support/recognition.ts';
import type { Data, User } from '../../support/user.ts';

const targetFields =
  'id status method url resumableUrl headers { name value } expiresAt image { id status } failure { code message }';

const createMutation = /* GraphQL */ `
  mutation ($uploads: [CreateUploadInput!]!) {
    createUploads(uploads: $uploads) {
      __typename ...Failures
      ... on CreateUploadsPayload { uploads { ${targetFields} } }
    }
  }
  ${failures}
`;

/** Whatever it answers. */
export async function createResult(user: User, uploads: Record<string, unknown>[]): Promise<Data> {
  return (await user.run(createMutation, { uploads })).createUploads;
}

/** One upload of a JPEG, unless told otherwise. */
export async function createUpload(user: User, input: Record<string, unknown> = {}): Promise<Data> {
  const result = await createResult(user, [{ filename: 'a.jpg', mimeType: 'image/jpeg', ...input }]);
  return expectType(result, 'CreateUploadsPayload').uploads[0];
}

/** Sends bytes as the upload says. */
export async function send(
  { url, method, headers }: Data,
  bytes: Uint8Array<ArrayBuffer>,
  init: RequestInit = {},
): Promise<Answer> {
  const named = headers.map(({ name, value }: { name: string; value: string }) => [name, value]);
  return answer(await fetch(url, { method, headers: Object.fromEntries(named), body: bytes, ...init }));
}

export async function readUpload(user: User, id: string): Promise<Data> {
  const query = `query ($id: ID!) { node(id: $id) { __typename ... on UploadTarget { ${targetFields} } } }`;
  return (await user.run(query, { id })).node;
}

export async function renew(user: User, id: string): Promise<Data> {
  const query = `mutation ($id: ID!) { renewUpload(id: $id) { __typename ...Failures ... on UploadTarget { ${targetFields} } } } ${failures}`;
  return (await user.run(query, { id })).renewUpload;
}

const uploadMutation = /* GraphQL */ `
  mutation ($images: [ImageInput!]!) {
    uploadImages(images: $images) {
      results {
        __typename ...Failures
        ... on Image { id status sha256 mimeType filename externalId width height recordedAt sourceUrl indexingStatus failure { code message retryable } }
      }
    }
  }
  ${failures}
`;

export async function uploadImages(user: User, images: Record<string, unknown>[]): Promise<Data[]> {
  return (await user.run(uploadMutation, { images })).uploadImages.results;
}

export async function readImage(user: User, id: string): Promise<Data> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Image {
    id status sha256 mimeType width height filename externalId recordedAt sourceUrl indexingStatus failure { code message retryable } url } } }`;
  return (await user.run(query, { id })).node;
}

const submitMutation = /* GraphQL */ `
  mutation ($input: SubmitBatchInput!) {
    submitBatch(input: $input) {
      __typename ...Failures
      ... on SubmitBatchPayload {
        batch { id eventCursor total processing failed expired }
        items { analysis { id status sourceUrl failure { code message retryable } image { id status sourceUrl failure { code } } } }
      }
    }
  }
  ${failures}
`;

export async function submitResult(user: User, taskId: string, sources: Record<string, unknown>[]): Promise<Data> {
  const images = sources.map((source) => ({ source }));
  return (await user.run(submitMutation, { input: { taskId, images } })).submitBatch;
}

export async function submit(user: User, taskId: string, ...sources: Record<string, unknown>[]): Promise<Data> {
  return expectType(await submitResult(user, taskId, sources), 'SubmitBatchPayload');
}

export async function readAnalysis(user: User, id: string): Promise<Data> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Analysis {
    id status sourceUrl failure { code message retryable } image { id status } batch { status total processing failed expired } } } }`;
  return (await user.run(query, { id })).node;
}

/** The new analyses, in the order of the old ones. */
export async function rerun(user: User, ids: readonly string[]): Promise<Data[]> {
  const query = `mutation ($ids: [ID!]) { rerunAnalyses(input: { target: { ids: $ids } }) {
    __typename ... on SubmitBatchPayload { items { analysis { id status failure { code } image { id status } } } } } }`;
  const { items } = expectType((await user.run(query, { ids })).rerunAnalyses, 'SubmitBatchPayload');
  return items.map(({ analysis }: Data) => analysis);
}
