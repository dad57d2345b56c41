import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer } from '../../support/client.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser } from '../../support/user.ts';

/** Numbers in JSON of clients: kept as they are, or refused. JSON.stringify would change them before they are sent. */
let sightline: TestSightline;
let base64: string;
let taskId: string;
beforeAll(async () => {
  sightline = await startTestSightline();
  base64 = await pictureBase64();
  const user = createUser(sightline);
  taskId = await createTask(user);
  await user.close();
});
afterAll(() => sightline?.close());

async function post(body: string) {
  const headers = { 'content-type': 'application/json', 'x-api-key': sightline.apiKey };
  return answer(await fetch(`${sightline.url}/graphql`, { method: 'POST', headers, body }));
}

const results =
  'results { __typename ... on Image { metadata } ... on ValidationError { code issues { path message } } }';

const changed = ['750727362669608961', '-9007199254740993', '12345678901234567.5', '1e999', '-1e999'];
const kept = ['9007199254740991', '-9007199254740991', '0.1', '1e2', '1.0', '-2.5e-3', '0'];

test.each([...changed, ...kept])('%s in variables', async (number) => {
  const variables = `{"images":[{"index":false,"metadata":{"v":${number}},"source":{"base64":"${base64}"}}]}`;
  const { body } = await post(
    `{"query":"mutation($images: [ImageInput!]!) { uploadImages(images: $images) { ${results} } }","variables":${variables}}`,
  );
  expectKeptOrRefused(number, body.data.uploadImages.results[0]);
});

test.each([...changed, ...kept])('%s in the text of the operation', async (number) => {
  const image = `{ index: false, metadata: { v: ${number} }, source: { base64: "${base64}" } }`;
  const query = `mutation { uploadImages(images: [${image}]) { ${results} } }`;
  const { body } = await post(JSON.stringify({ query }));
  expectKeptOrRefused(number, body.data.uploadImages.results[0]);
});

function expectKeptOrRefused(number: string, result: unknown): void {
  if (kept.includes(number)) expect(result).toMatchObject({ metadata: { v: Number(number) } });
  else
    expect(result).toMatchObject({
      code: 'VALIDATION_FAILED',
      issues: [{ path: ['images', '0', 'metadata', 'v'], message: expect.stringContaining('Send it as text.') }],
    });
}

test.each(changed)('%s anywhere in customProps', async (number) => {
  const thumbnail = `{"base64":"${base64}"}`;
  const input = `{"name":"n","customProps":{"nested":[{"x":${number}}]},"thumbnail":${thumbnail}}`;
  const { body } = await post(
    `{"query":"mutation($input: CreateCatalogItemInput!) { createCatalogItem(input: $input) { ... on ValidationError { code issues { path } } } }","variables":{"input":${input}}}`,
  );
  expect(body.data.createCatalogItem).toEqual({ code: 'VALIDATION_FAILED', issues: [{ path: ['customProps'] }] });
});

test.each(changed)('%s in the metadata of a batch', async (number) => {
  const images = `[{"metadata":{"order":${number}},"source":{"base64":"${base64}"}}]`;
  const { body } = await post(
    `{"query":"mutation($input: SubmitBatchInput!) { submitBatch(input: $input) { ... on ValidationError { code issues { path } } } }","variables":{"input":{"taskId":"${taskId}","images":${images}}}}`,
  );
  expect(body.data.submitBatch).toEqual({
    code: 'VALIDATION_FAILED',
    issues: [{ path: ['images', '0', 'metadata', 'order'] }],
  });
});

test('a number that is too large for a Float is no Float', async () => {
  const uploads = '[{"filename":"a.jpg","mimeType":"image/jpeg","byteSize":1e999}]';
  const { body } = await post(
    `{"query":"mutation($uploads: [CreateUploadInput!]!) { createUploads(uploads: $uploads) { __typename } }","variables":{"uploads":${uploads}}}`,
  );
  expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
});
