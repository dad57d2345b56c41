import { type Batch, batchOf, type SubmitBatchResult, submitBatch } from './operations.ts';

/** Sends pictures with `fetch` alone, as the GraphQL multipart request specification defines. */
export async function submitPictures(options: {
  url: string;
  apiKey: string;
  taskId: string;
  pictures: readonly File[];
}): Promise<Batch> {
  const { url, apiKey, taskId, pictures } = options;
  // Each file is null in the variables; `map` says which part of the form replaces which null.
  const images = pictures.map(({ name }) => ({ externalId: name, source: { upload: null } }));
  const form = new FormData();
  form.set('operations', JSON.stringify({ query: submitBatch, variables: { input: { taskId, images } } }));
  const map = pictures.map((_, index) => [index, [`variables.input.images.${index}.source.upload`]] as const);
  form.set('map', JSON.stringify(Object.fromEntries(map)));
  pictures.forEach((picture, index) => {
    form.set(String(index), picture);
  });
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'x-api-key': apiKey }, body: form });
  const { data, errors } = (await response.json()) as {
    data?: { submitBatch: SubmitBatchResult };
    errors?: { message: string }[];
  };
  if (!data) throw new Error(`HTTP ${response.status}: ${errors?.[0]?.message}`);
  return batchOf(data.submitBatch);
}
