import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { answer, request, upload } from '../../support/client.ts';
import { picture, pictureBase64 } from '../../support/pictures.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data } from '../../support/user.ts';

let sightline: TestSightline;
const maxUploadBytes = 40_000;

beforeAll(async () => {
  sightline = await startTestSightline({
    env: { MAX_UPLOAD_BYTES: String(maxUploadBytes), MAX_IMAGE_PIXELS: '1000000' },
  });
});
afterAll(() => sightline.close());

const uploadImages = /* GraphQL */ `
  mutation ($images: [ImageInput!]!) {
    uploadImages(images: $images) {
      results {
        __typename
        ... on Image {
          id status sha256 mimeType byteSize width height filename externalId placeId metadata recordedAt url indexingStatus
          small: url(width: 300)
        }
        ... on UserError { code message }
        ... on MediaError { limit }
        ... on ValidationError { issues { path message } }
        ... on NotFoundError { id }
      }
    }
  }
`;

async function uploadAll(images: unknown[], apiKey = sightline.apiKey) {
  const { body } = await request(sightline.url, { query: uploadImages, variables: { images }, apiKey });
  expect(body.errors).toBeUndefined();
  return body.data.uploadImages.results;
}

async function uploadOne(image: unknown) {
  return (await uploadAll([image]))[0];
}

describe('uploadImages', () => {
  test('stores a picture with what the client says and what its bytes say', async () => {
    const bytes = await picture({ orientation: 6, taken: '2024:05:06 07:08:09', offset: '+02:00' });
    const image = await uploadOne({
      source: { base64: bytes.toString('base64') },
      externalId: 'e-1',
      placeId: 'shop 4',
      metadata: { aisle: 4, promo: true, note: 'é' },
    });
    expect(image).toMatchObject({
      __typename: 'Image',
      id: expect.stringMatching(/^img_[0-9a-z]{26}$/),
      status: 'READY',
      mimeType: 'image/jpeg',
      byteSize: bytes.length,
      width: 40,
      height: 60,
      externalId: 'e-1',
      placeId: 'shop 4',
      metadata: { aisle: 4, promo: true, note: 'é' },
      recordedAt: '2024-05-06T05:08:09.000Z',
      indexingStatus: 'INDEXING',
    });
    expect(image.small).toContain('width=320');
    const served = await fetch(image.url);
    expect(Buffer.from(await served.arrayBuffer())).toEqual(bytes);
  });

  test('takes files of a multipart request in whatever order they stand on the wire', async () => {
    const [a, b, c] = await Promise.all(['#100', '#200', '#300'].map((colour) => picture({ colour, format: 'png' })));
    const { body } = await upload(sightline.url, {
      query: uploadImages,
      apiKey: sightline.apiKey,
      variables: {
        images: ['a', 'b', 'c'].map((externalId) => ({ externalId, source: { upload: null } })),
      },
      files: {
        'variables.images.2.source.upload': new Blob([c!]),
        'variables.images.0.source.upload': new Blob([a!]),
        'variables.images.1.source.upload': new Blob([b!]),
      },
    });
    const { results } = body.data.uploadImages;
    expect(results.map((image: { externalId: string }) => image.externalId)).toEqual(['a', 'b', 'c']);
    expect(results.map((image: { byteSize: number }) => image.byteSize)).toEqual([a!.length, b!.length, c!.length]);
    expect(results[0].filename).toMatch(/^file-/);
  });

  test('takes one part of a multipart request that its map puts in two places', async () => {
    const form = new FormData();
    const variables = { images: [{ source: { upload: null } }, { source: { upload: null } }] };
    form.append('operations', JSON.stringify({ query: uploadImages, variables }));
    form.append('map', JSON.stringify({ 0: ['variables.images.0.source.upload', 'variables.images.1.source.upload'] }));
    form.append('0', new Blob([await picture({ colour: '#440' })]));
    const headers = { 'x-api-key': sightline.apiKey };
    const { body } = await answer(await fetch(`${sightline.url}/graphql`, { method: 'POST', headers, body: form }));
    const [first, second] = body.data.uploadImages.results;
    expect(first).toMatchObject({ __typename: 'Image', status: 'READY' });
    expect(second).toEqual({ ...first, id: second.id, url: second.url, small: second.small });
  });

  test('reads one file once for two images of a request', async () => {
    const { body } = await upload(sightline.url, {
      query: /* GraphQL */ `
        mutation ($file: Upload!) {
          uploadImages(images: [{ source: { upload: $file } }, { source: { upload: $file } }]) {
            results { ... on Image { id sha256 } }
          }
        }
      `,
      apiKey: sightline.apiKey,
      variables: { file: null },
      files: { 'variables.file': new Blob([await picture({ colour: '#400' })]) },
    });
    const [first, second] = body.data.uploadImages.results;
    expect(first.sha256).toBe(second.sha256);
    expect(first.id).not.toBe(second.id);
  });

  test('answers for each picture by itself what is wrong with it', async () => {
    const good = await pictureBase64();
    const results = await uploadAll([
      { source: { base64: good } },
      { source: { base64: 'data:image/jpeg;base64,AAAA' } },
      { source: { base64: 'no base64!' } },
      { source: { base64: '' } },
      { source: { base64: Buffer.from('some text').toString('base64') } },
      { source: { base64: Buffer.from('<svg/>').toString('base64') } },
      { source: { base64: Buffer.alloc(maxUploadBytes + 1).toString('base64') } },
      { source: { base64: await pictureBase64({ width: 1001, height: 1000, format: 'png' }) } },
      { source: { imageId: 'img_01jd3k8m2ve5x9q0r7t4w6y8z1' } },
      { source: { imageId: 'nonsense' } },
      { source: { base64: good }, metadata: { ok: 1, long: 'x'.repeat(501), deep: { a: 1 } } },
      { source: { base64: good }, metadata: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`k${n}`, n])) },
      { source: { base64: `${good.slice(0, 80)}\n${good.slice(80)}\n` } },
    ]);
    expect(results.map((result: { __typename: string; code?: string }) => result.code ?? result.__typename)).toEqual([
      'Image',
      'INVALID_IMAGE',
      'INVALID_IMAGE',
      'INVALID_IMAGE',
      'INVALID_IMAGE',
      'UNSUPPORTED_MEDIA',
      'FILE_TOO_LARGE',
      'IMAGE_TOO_LARGE',
      'NOT_FOUND',
      'NOT_FOUND',
      'VALIDATION_FAILED',
      'VALIDATION_FAILED',
      'Image',
    ]);
    expect(results[1].message).toContain('data:');
    expect(results[3].message).toContain('empty');
    expect(results[6].limit).toBe(maxUploadBytes);
    expect(results[7].limit).toBe(1_000_000);
    expect(results[9].id).toBe('nonsense');
    expect(results[10].issues.map((issue: { path: string[] }) => issue.path)).toEqual([
      ['images', '10', 'metadata', 'long'],
      ['images', '10', 'metadata', 'deep'],
    ]);
    expect(results[12].sha256).toBe(results[0].sha256);
  });

  test('refuses a file of one byte over the limit and takes the one after it', async () => {
    const exact = Buffer.concat([await picture({ format: 'png' }), Buffer.alloc(maxUploadBytes)]);
    const { body } = await upload(sightline.url, {
      query: uploadImages,
      apiKey: sightline.apiKey,
      variables: { images: Array.from({ length: 3 }, () => ({ source: { upload: null } })) },
      files: {
        'variables.images.0.source.upload': new Blob([exact.subarray(0, maxUploadBytes + 1)]),
        'variables.images.1.source.upload': new Blob([exact.subarray(0, maxUploadBytes)]),
        'variables.images.2.source.upload': new Blob([await picture()]),
      },
    });
    const [over, exactly, after] = body.data.uploadImages.results;
    expect(over).toMatchObject({ code: 'FILE_TOO_LARGE', limit: maxUploadBytes });
    expect(exactly).toMatchObject({ __typename: 'Image', byteSize: maxUploadBytes });
    expect(after.__typename).toBe('Image');
  });

  test('leaves nothing behind of a client that hangs up in the middle of its second file', async () => {
    const boundary = 'cut';
    const part = (name: string, content: string | Buffer, filename = '') =>
      Buffer.concat([
        Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"${filename}\r\n\r\n`),
        Buffer.from(content),
        Buffer.from('\r\n'),
      ]);
    const images = [{ source: { upload: null } }, { source: { upload: null } }];
    const map = { 0: ['variables.images.0.source.upload'], 1: ['variables.images.1.source.upload'] };
    const client = httpRequest(`${sightline.url}/graphql`, {
      method: 'POST',
      headers: { 'x-api-key': sightline.apiKey, 'content-type': `multipart/form-data; boundary=${boundary}` },
    });
    client.on('error', () => undefined);
    client.write(part('operations', JSON.stringify({ query: uploadImages, variables: { images } })));
    client.write(part('map', JSON.stringify(map)));
    client.write(part('0', await picture(), '; filename="whole.jpg"'));
    client.write(part('1', await picture(), '; filename="half.jpg"').subarray(0, -200));
    const staging = join(sightline.dataDir, 'blobs', 'tmp');
    await vi.waitFor(async () => expect(await readdir(staging)).toHaveLength(2), 10_000);
    client.destroy();
    await vi.waitFor(async () => expect(await readdir(staging)).toEqual([]), 10_000);
  });

  test('leaves a stored image as it is, and stores the same bytes once', async () => {
    const base64 = await pictureBase64({ colour: '#500' });
    const first = await uploadOne({ source: { base64 }, externalId: 'first' });
    const again = await uploadOne({ source: { imageId: first.id }, externalId: 'changed' });
    const twin = await uploadOne({ source: { base64 } });
    expect(again).toMatchObject({ id: first.id, externalId: 'first' });
    expect(twin.id).not.toBe(first.id);
    const { rows } = await sightline.database.pool.query("select 1 from blob where sha256 = decode($1, 'hex')", [
      first.sha256,
    ]);
    expect(rows).toHaveLength(1);
  });

  test('lists a picture that was only a catalogue item’s', async () => {
    const user = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
    const listed = async () =>
      (await user.run('{ images { edges { node { id } } } }')).images.edges.map(({ node }: Data) => node.id);
    const create = `mutation ($s: ImageSource!) { createCatalogItem(input: { name: "A", thumbnail: $s }) {
      ... on CatalogItem { thumbnail { id } } } }`;
    const { thumbnail } = (await user.run(create, { s: { base64: await pictureBase64() } })).createCatalogItem;
    expect(await listed()).toEqual([]);
    await user.run(uploadImages, { images: [{ source: { imageId: thumbnail.id } }] });
    expect(await listed()).toEqual([thumbnail.id]);
    await user.close();
  });

  test('takes a file name without what no database holds', async () => {
    const form = new FormData();
    form.set(
      'operations',
      JSON.stringify({ query: uploadImages, variables: { images: [{ source: { upload: null } }] } }),
    );
    form.set('map', JSON.stringify({ 0: ['variables.images.0.source.upload'] }));
    form.set('0', new Blob([await picture()]), 'here.jpg');
    const { headers, body } = await rewrite(form, 'filename="here.jpg"', "filename*=utf-8''a%00b.jpg");
    const response = await fetch(`${sightline.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'x-api-key': sightline.apiKey },
      body,
    });
    const { data } = (await response.json()) as Data;
    expect(data.uploadImages.results[0]).toMatchObject({ __typename: 'Image', filename: 'ab.jpg' });
  });

  test('refuses text that no database holds, and sources that are none or two', async () => {
    const base64 = await pictureBase64();
    for (const image of [
      { source: { base64 }, externalId: 'a\0b' },
      { source: { base64 }, metadata: { note: '\ud800' } },
      { source: {} },
      { source: { base64, imageId: 'img_01jd3k8m2ve5x9q0r7t4w6y8z1' } },
    ]) {
      const { body } = await request(sightline.url, {
        query: uploadImages,
        variables: { images: [image] },
        apiKey: sightline.apiKey,
      });
      expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  test('needs scope WRITE', async () => {
    const reader = await sightline.createTenant({ scopes: ['READ'] });
    const variables = { images: [{ source: { base64: await pictureBase64() } }] };
    const { body } = await request(sightline.url, { query: uploadImages, variables, apiKey: reader.apiKey });
    expect(body.errors[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' }, path: ['uploadImages'] });
  });

  test('does not find an image of another organisation', async () => {
    const mine = await uploadOne({ source: { base64: await pictureBase64() } });
    const other = await sightline.createTenant();
    const [result] = await uploadAll([{ source: { imageId: mine.id } }], other.apiKey);
    expect(result).toMatchObject({ __typename: 'NotFoundError', id: mine.id });
  });
});

/** A form as it is sent, with some of its text replaced. */
async function rewrite(form: FormData, from: string, to: string) {
  const sent = new Response(form);
  const text = Buffer.from(await sent.arrayBuffer()).toString('latin1');
  return {
    headers: { 'content-type': sent.headers.get('content-type')! },
    body: Buffer.from(text.replace(from, to), 'latin1'),
  };
}
