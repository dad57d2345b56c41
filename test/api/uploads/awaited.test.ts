import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { answer } from '../../support/client.ts';
import { picture, pictureBase64 } from '../../support/pictures.ts';
import { analysisEvents, createItem, createTask } from '../../support/recognition.ts';
import { sha256 } from '../../support/sha256.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { createUpload, readAnalysis, readImage, readUpload, renew, send, submit, uploadImages } from './client.ts';

const maxUploadBytes = 40_000;

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline({
    env: { MAX_UPLOAD_BYTES: String(maxUploadBytes), MAX_IMAGE_PIXELS: '1000000' },
  });
});
afterAll(() => sightline?.close());

let user: User;
let taskId: string;
beforeEach(async () => {
  user = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
  taskId = await createTask(user);
  return () => user.close();
});

describe('an upload that is used before its bytes have come', () => {
  test('makes what uses it wait, and goes on by itself when they do', async () => {
    const target = await createUpload(user);
    const { batch, items } = await submit(user, taskId, { uploadId: target.id }, { base64: await pictureBase64() });
    const [{ analysis }] = items;
    expect(analysis).toMatchObject({ status: 'AWAITING_UPLOAD', image: { status: 'AWAITING_UPLOAD' } });
    expect(batch).toMatchObject({ total: 2, processing: 2 });
    expect(await readUpload(user, target.id)).toMatchObject({ image: analysis.image && { id: analysis.image.id } });

    const events = user.stream(analysisEvents, { filter: { ids: [analysis.id] }, after: batch.eventCursor });
    expect((await events.next()).value).toMatchObject({ status: 'AWAITING_UPLOAD', previousStatus: null });
    const bytes = await picture({ colour: '#123456', taken: '2024:05:06 07:08:09' });
    expect((await send(target, bytes)).status).toBe(201);
    expect((await events.next()).value).toMatchObject({ status: 'QUEUED', previousStatus: 'AWAITING_UPLOAD' });
    await events.return?.();
    expect(await readAnalysis(user, analysis.id)).toMatchObject({ status: 'QUEUED', image: { status: 'READY' } });
    expect(await readImage(user, analysis.image.id)).toMatchObject({
      sha256: sha256(bytes),
      width: 60,
      recordedAt: '2024-05-06T07:08:09.000Z',
    });
  });

  test('is one image however often it is used', async () => {
    const target = await createUpload(user);
    const [image] = await uploadImages(user, [{ source: { uploadId: target.id }, externalId: 'first', index: false }]);
    expect(image).toMatchObject({ status: 'AWAITING_UPLOAD', sha256: null, width: null });
    const { items } = await submit(
      user,
      taskId,
      { uploadId: target.id },
      { uploadId: target.id },
      { imageId: image!.id },
    );
    for (const { analysis } of items)
      expect(analysis).toMatchObject({ status: 'AWAITING_UPLOAD', image: { id: image!.id } });
    await send(target, await picture());
    for (const { analysis } of items) expect((await readAnalysis(user, analysis.id)).status).toBe('QUEUED');
    const later = await submit(user, taskId, { uploadId: target.id });
    expect(later.items[0].analysis).toMatchObject({ status: 'QUEUED', image: { id: image!.id, status: 'READY' } });
    expect(await readImage(user, image!.id)).toMatchObject({ externalId: 'first' });
  });

  test('never gets lost when its bytes come in the middle of a submission', async () => {
    const targets = await Promise.all(Array.from({ length: 12 }, () => createUpload(user)));
    const [image] = await uploadImages(user, [{ source: { uploadId: targets[0]!.id } }]);
    const bytes = await picture({ colour: '#0f0' });
    const outcomes = await Promise.all(
      targets.map(async (target, index) => {
        const source = index === 0 ? { imageId: image!.id } : { uploadId: target.id };
        const [submitted, sent] = await Promise.all([submit(user, taskId, source), send(target, bytes)]);
        expect(sent.status).toBe(201);
        return submitted.items[0].analysis.id as string;
      }),
    );
    for (const id of outcomes)
      expect(await readAnalysis(user, id)).toMatchObject({ status: 'QUEUED', image: { status: 'READY' } });
    const { rows } = await sightline.database.pool.query("select 1 from blob where sha256 = decode($1, 'hex')", [
      sha256(bytes),
    ]);
    expect(rows).toHaveLength(1);
  });

  test('of two that send at once, one is received and the other told so', async () => {
    const target = await createUpload(user);
    const { items } = await submit(user, taskId, { uploadId: target.id });
    const bytes = await Promise.all(['#111', '#222', '#333'].map((colour) => picture({ colour })));
    const answers = await Promise.all(bytes.map((one) => send(target, one)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect((await readAnalysis(user, items[0].analysis.id)).status).toBe('QUEUED');
    expect(await readdir(join(sightline.dataDir, 'blobs', 'tmp'))).toEqual([]);
  });

  test('ends with what waits for it when its bytes cannot be used', async () => {
    const good = await picture();
    const other = await picture({ colour: '#fff' });
    const cases: [Record<string, unknown>, Buffer<ArrayBuffer>, number, string][] = [
      [{ sha256: sha256(other) }, good, 422, 'CHECKSUM_MISMATCH'],
      [{ byteSize: good.length + 1 }, good, 422, 'CHECKSUM_MISMATCH'],
      [{ byteSize: good.length - 1 }, good, 422, 'CHECKSUM_MISMATCH'],
      [{ mimeType: 'image/png' }, good, 422, 'UNSUPPORTED_MEDIA'],
      [{}, Buffer.from('This is no picture.'), 422, 'INVALID_IMAGE'],
      [{}, Buffer.alloc(0), 422, 'INVALID_IMAGE'],
      [{}, Buffer.from('%PDF-1.7 and more'), 422, 'UNSUPPORTED_MEDIA'],
      [{}, Buffer.concat([good, Buffer.alloc(maxUploadBytes)]), 413, 'FILE_TOO_LARGE'],
      [{ mimeType: 'image/png' }, await picture({ width: 1001, height: 1000, format: 'png' }), 413, 'IMAGE_TOO_LARGE'],
    ];
    for (const [said, bytes, status, code] of cases) {
      const target = await createUpload(user, said);
      const { items } = await submit(user, taskId, { uploadId: target.id });
      const chunked = { body: new Blob([bytes]).stream(), duplex: 'half' } as RequestInit;
      expect(await send(target, bytes, chunked)).toMatchObject({ status, body: { code, message: expect.any(String) } });
      expect(await readUpload(user, target.id)).toMatchObject({ status: 'FAILED', failure: { code } });
      expect(await readAnalysis(user, items[0].analysis.id)).toMatchObject({
        status: 'FAILED',
        failure: { code, retryable: false },
        image: { status: 'FAILED' },
        batch: { status: 'COMPLETED', failed: 1 },
      });
      expect((await send(target, good)).status).toBe(409);
      const [refused] = await uploadImages(user, [{ source: { uploadId: target.id } }]);
      expect(refused).toMatchObject({ __typename: 'MediaError', message: expect.stringContaining(target.id) });
      const after = await submit(user, taskId, { uploadId: target.id });
      expect(after.items[0].analysis).toMatchObject({ status: 'FAILED', failure: { code } });
      expect((await renew(user, target.id)).__typename).toBe('ConflictError');
    }
    expect(await readdir(join(sightline.dataDir, 'blobs', 'tmp'))).toEqual([]);
  });

  test('still waits when the headers of a request show that it does not bring the file', async () => {
    const bytes = await picture();
    const target = await createUpload(user, { byteSize: bytes.length });
    const form = new FormData();
    form.append('file', new Blob([bytes]), 'a.jpg');
    const gzipped = new Uint8Array(gzipSync(bytes));
    const cases: [RequestInit, number, string, RegExp][] = [
      [{ body: gzipped, headers: { 'content-encoding': 'gzip' } }, 415, 'UNSUPPORTED_MEDIA', /Content-Encoding "gzip"/],
      [{ body: form }, 415, 'UNSUPPORTED_MEDIA', /form/],
      [{ body: bytes, headers: { 'content-range': `bytes 0-9/${bytes.length}` } }, 400, 'BAD_REQUEST', /Content-Range/],
      [{ body: bytes.subarray(1) }, 422, 'CHECKSUM_MISMATCH', /announced/],
      [{ body: Buffer.alloc(maxUploadBytes + 1) }, 413, 'FILE_TOO_LARGE', /at most 40000/],
    ];
    for (const [init, status, code, message] of cases) {
      const got = await answer(await fetch(target.url, { method: 'PUT', ...init }));
      expect(got).toMatchObject({ status, body: { code, message: expect.stringMatching(message) } });
      expect(await readUpload(user, target.id)).toMatchObject({ status: 'AWAITING_UPLOAD' });
    }
    expect((await send(target, bytes)).status).toBe(201);
  });

  test('is asked for the body only when it may come', async () => {
    const bytes = await picture();
    const target = await createUpload(user);
    const put = (url: string, length: number) => {
      const headers = { expect: '100-continue', 'content-type': 'image/jpeg', 'content-length': length };
      const client = httpRequest(url, { method: 'PUT', headers });
      return new Promise<{ status: number | undefined; asked: boolean }>((resolve, reject) => {
        let asked = false;
        client.once('continue', () => {
          asked = true;
          client.end(bytes);
        });
        client.once('error', reject);
        client.once('response', (response) => {
          resolve({ status: response.statusCode, asked });
          client.destroy();
        });
        client.flushHeaders();
      });
    };
    expect(await put(`${target.url}x`, bytes.length)).toEqual({ status: 403, asked: false });
    expect(await put(target.url, 2_000_000_000)).toEqual({ status: 413, asked: false });
    expect(await put(target.url, bytes.length)).toEqual({ status: 201, asked: true });
  });

  test('still waits when a client hangs up in the middle, and takes the bytes of the next', async () => {
    const bytes = await picture();
    const target = await createUpload(user);
    const { items } = await submit(user, taskId, { uploadId: target.id });
    const client = httpRequest(target.url, { method: 'PUT', headers: { 'content-length': bytes.length } });
    client.on('error', () => undefined);
    client.write(bytes.subarray(0, 100));
    const staging = join(sightline.dataDir, 'blobs', 'tmp');
    await vi.waitFor(async () => expect(await readdir(staging)).toHaveLength(1), 10_000);
    client.destroy();
    await vi.waitFor(async () => expect(await readdir(staging)).toEqual([]), 10_000);
    expect(await readUpload(user, target.id)).toMatchObject({ status: 'AWAITING_UPLOAD' });
    expect((await send(target, bytes)).status).toBe(201);
    expect((await readAnalysis(user, items[0].analysis.id)).status).toBe('QUEUED');
  });

  test('is gone with its image, and what waited for it FAILED', async () => {
    const target = await createUpload(user);
    const { items } = await submit(user, taskId, { uploadId: target.id });
    const { analysis } = items[0];
    const { deleteImages } = await user.run(
      'mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }',
      {
        ids: [analysis.image.id],
      },
    );
    expect(deleteImages.results).toEqual([{ __typename: 'DeletedImage' }]);
    expect(await readAnalysis(user, analysis.id)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'DOWNLOAD_FAILED' },
      image: null,
    });
    expect(await send(target, await picture())).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  test('can be canceled; its bytes are taken all the same', async () => {
    const target = await createUpload(user);
    const { items } = await submit(user, taskId, { uploadId: target.id });
    const { id, image } = items[0].analysis;
    await user.run('mutation ($ids: [ID!]) { cancelAnalyses(target: { ids: $ids }) { __typename } }', { ids: [id] });
    expect((await send(target, await picture())).status).toBe(201);
    expect((await readAnalysis(user, id)).status).toBe('CANCELED');
    expect((await readImage(user, image.id)).status).toBe('READY');
  });

  test('serves as a picture of a catalogue item, which is INDEXING meanwhile', async () => {
    const target = await createUpload(user);
    const item = await createItem(user, { thumbnail: { uploadId: target.id } });
    const { id } = item.thumbnail;
    expect(await readImage(user, id)).toMatchObject({ status: 'AWAITING_UPLOAD' });
    const countJobs = async () => {
      const jobs = "select from graphile_worker.jobs where task_identifier = 'index_catalog_item'";
      return (await sightline.database.pool.query(jobs)).rowCount!;
    };
    const before = await countJobs();
    expect((await send(target, await picture())).status).toBe(201);
    expect(await readImage(user, id)).toMatchObject({ status: 'READY' });
    expect(await countJobs()).toBe(before + 1);
  });
});
