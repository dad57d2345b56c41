import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../../support/pictures.ts';
import { awaitEnd, createTask, failures, type Submitted, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { limits, makeOddPictures, type OddPicture } from './odd-pictures.ts';

/** Every kind of picture that clients send, all in one batch through a real engine, and each by itself as an upload. */
let sightline: TestSightline;
let user: User;
let names: string[];
let pictures: OddPicture[];
beforeAll(async () => {
  sightline = await startTestSightline({
    role: 'start',
    env: { ENGINES: '1', MAX_UPLOAD_BYTES: `${limits.maxUploadBytes}`, MAX_IMAGE_PIXELS: `${limits.maxImagePixels}` },
  });
  user = createUser(sightline);
  const odd = await makeOddPictures();
  names = Object.keys(odd);
  pictures = Object.values(odd);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

function toFile({ bytes }: OddPicture): Blob {
  return new Blob([new Uint8Array(bytes)]);
}

describe('a batch', () => {
  let submitted: Submitted;
  let analyses: Data[];
  beforeAll(async () => {
    const taskId = await createTask(user);
    submitted = await submitBatch(
      user,
      pictures.map((one, index) => ({ file: toFile(one), externalId: names[index] })),
      { taskId },
    );
    await awaitEnd(user, submitted);
    const { node } = await user.run(
      `query ($id: ID!) { node(id: $id) { ... on Batch { analyses(first: 100) { edges { node {
        status externalId startedAt warnings { code message } detections { id } failure { code message retryable }
        image { status mimeType width height byteSize url failure { code } }
      } } } } } }`,
      { id: submitted.batch.id },
    );
    analyses = node.analyses.edges.map((edge: Data) => edge.node);
  });

  test('of good and bad pictures has one analysis for each, in their order', () => {
    expect(analyses.map(({ externalId }) => externalId)).toEqual(names);
  });

  test('succeeds for every picture that can be used, whatever the others are', () => {
    const outcome = analyses.map(({ status, failure, warnings, image }) => ({
      status,
      failure: failure?.code ?? null,
      warnings: warnings.map(({ code }: Data) => code),
      mimeType: image.mimeType,
      width: image.width,
      height: image.height,
    }));
    const good = pictures.flatMap((one, index) => (one.failure === null ? [index] : []));
    expect(good.length).toBeGreaterThan(10);
    expect(Object.fromEntries(good.map((index) => [names[index], outcome[index]]))).toEqual(
      Object.fromEntries(
        good.map((index) => {
          const { size, mimeType, warnings = [] } = pictures[index]!;
          return [names[index], { status: 'SUCCEEDED', failure: null, warnings, mimeType, ...size }];
        }),
      ),
    );
  });

  test('fails, with the reason, for every picture that cannot be used: at once or when it runs', () => {
    const bad = pictures.flatMap((one, index) => (one.failure === null ? [] : [index]));
    expect(bad.length).toBeGreaterThan(10);
    for (const index of bad) {
      const { failure, message = '', atOnce } = pictures[index]!;
      const analysis = analyses[index]!;
      expect.soft(analysis, names[index]).toMatchObject({
        status: 'FAILED',
        detections: [],
        failure: { code: failure, message: expect.stringContaining(message), retryable: false },
      });
      expect.soft(submitted.analyses[index]!.status, names[index]).toBe(atOnce ? 'FAILED' : 'QUEUED');
      expect.soft(analysis.startedAt === null, names[index]).toBe(atOnce);
      // What came is kept when it looked like a picture, so that people can see what was sent.
      expect.soft(analysis.image.status, names[index]).toBe(atOnce ? 'FAILED' : 'READY');
      expect.soft(analysis.image.url === null, names[index]).toBe(atOnce);
    }
  });
});

const uploadMutation = `
  mutation ($images: [ImageInput!]!) { uploadImages(images: $images) { results {
    __typename ...Failures ... on Image { status mimeType width height byteSize filename }
  } } }
  ${failures}`;

describe('uploadImages', () => {
  async function uploadAll(files: Blob[]): Promise<Data[]> {
    const images = files.map(() => ({ source: { upload: null } }));
    const byPath = Object.fromEntries(files.map((file, index) => [`images.${index}.source.upload`, file]));
    return (await user.run(uploadMutation, { images }, byPath)).uploadImages.results;
  }

  test('answers a MediaError for each picture whose header is bad, and stores the others', async () => {
    const results = await uploadAll(pictures.map(toFile));
    expect(results).toHaveLength(pictures.length);
    results.forEach((result, index) => {
      const { failure, message = '', atOnce, bytes } = pictures[index]!;
      if (!atOnce) {
        expect.soft(result, names[index]).toMatchObject({ __typename: 'Image', byteSize: bytes.length });
        return;
      }
      const limit = { FILE_TOO_LARGE: limits.maxUploadBytes, IMAGE_TOO_LARGE: limits.maxImagePixels };
      expect.soft(result, names[index]).toEqual({
        __typename: 'MediaError',
        code: failure,
        message: expect.stringContaining(message),
        limit: limit[failure as keyof typeof limit] ?? null,
      });
    });
  });

  test('goes by the bytes, whatever name and type the client gives', async () => {
    const bytes = new Uint8Array(await picture({ format: 'png' }));
    const results = await uploadAll([
      new Blob([bytes], { type: 'image/jpeg' }),
      new Blob([bytes], { type: 'text/html' }),
      new Blob(['no picture'], { type: 'image/png' }),
    ]);
    expect(results.map(({ mimeType }) => mimeType)).toEqual(['image/png', 'image/png', undefined]);
  });

  test('takes a file of exactly the limit, and none of a byte more, as a file and as base64', async () => {
    const png = await picture({ format: 'png' });
    const sized = (size: number) => Buffer.concat([png], size);
    const [exact, over] = [sized(limits.maxUploadBytes), sized(limits.maxUploadBytes + 1)];
    const asFiles = await uploadAll([exact, over].map((bytes) => new Blob([new Uint8Array(bytes)])));
    const images = [exact, over].map((bytes) => ({ source: { base64: bytes.toString('base64') } }));
    const asText = (await user.run(uploadMutation, { images })).uploadImages.results;
    for (const results of [asFiles, asText]) {
      expect(results[0]).toMatchObject({ __typename: 'Image', byteSize: limits.maxUploadBytes });
      expect(results[1]).toMatchObject({ __typename: 'MediaError', code: 'FILE_TOO_LARGE' });
    }
  });
});
