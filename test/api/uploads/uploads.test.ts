import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeId, encodeId } from '../../../src/ids.ts';
import { request } from '../../support/client.ts';
import { picture } from '../../support/pictures.ts';
import { createTask } from '../../support/recognition.ts';
import { sha256 } from '../../support/sha256.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { createResult, createUpload, readUpload, renew, send, submitResult, uploadImages } from './client.ts';

const maxUploadBytes = 40_000;
const origin = 'https://shop.example';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline({ env: { MAX_UPLOAD_BYTES: String(maxUploadBytes), CORS_ORIGINS: origin } });
});
afterAll(() => sightline?.close());

let user: User;
beforeEach(async () => {
  user = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
  return () => user.close();
});

describe('createUploads', () => {
  test('answers with places in the order of the files, to which their bytes go without a key', async () => {
    const bytes = await picture({ taken: '2024:05:06 07:08:09', offset: '+02:00' });
    const said = { filename: 'shelf.jpg', mimeType: 'image/jpeg', byteSize: bytes.length, sha256: sha256(bytes) };
    const result = await createResult(user, [said, { filename: 'b.png', mimeType: 'image/png' }]);
    const [first, second] = result.uploads;
    expect(first).toMatchObject({
      id: expect.stringMatching(/^up_[0-9a-z]{26}$/),
      status: 'AWAITING_UPLOAD',
      method: 'PUT',
      headers: [{ name: 'Content-Type', value: 'image/jpeg' }],
      image: null,
      failure: null,
    });
    expect(second.headers).toEqual([{ name: 'Content-Type', value: 'image/png' }]);
    const wait = Date.parse(first.expiresAt) - Date.now();
    expect(wait).toBeGreaterThan(50 * 60_000);
    expect(wait).toBeLessThanOrEqual(60 * 60_000);

    const sent = await send(first, bytes);
    expect(sent).toMatchObject({ status: 201, body: { id: first.id, status: 'RECEIVED' } });
    expect(await readUpload(user, first.id)).toMatchObject({ status: 'RECEIVED', image: null });
    const [image] = await uploadImages(user, [{ source: { uploadId: first.id }, externalId: 'e-1', index: false }]);
    expect(image).toMatchObject({
      status: 'READY',
      sha256: sha256(bytes),
      mimeType: 'image/jpeg',
      filename: 'shelf.jpg',
      externalId: 'e-1',
      recordedAt: '2024-05-06T05:08:09.000Z',
    });
    expect((await readUpload(user, first.id)).image).toEqual({ id: image!.id, status: 'READY' });
    const again = await send(first, bytes);
    expect(again).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  });

  test('says all that is wrong with what is asked for', async () => {
    const wrong = await createResult(user, [
      { filename: ' ', mimeType: 'image/jpeg' },
      { filename: 'a.jpg', mimeType: 'image/jpeg', byteSize: 0 },
      { filename: 'a.jpg', mimeType: 'image/jpeg', byteSize: 1.5 },
      { filename: 'a.jpg', mimeType: 'image/jpeg', sha256: 'abc' },
    ]);
    expect(wrong.issues.map((issue: Data) => issue.path.join('.'))).toEqual([
      'uploads.0.filename',
      'uploads.1.byteSize',
      'uploads.2.byteSize',
      'uploads.3.sha256',
    ]);
    expect((await createResult(user, [])).__typename).toBe('ValidationError');
    const tiff = await createResult(user, [{ filename: 'a.tif', mimeType: 'image/tiff' }]);
    expect(tiff).toMatchObject({ __typename: 'MediaError', code: 'UNSUPPORTED_MEDIA' });
    const large = await createResult(user, [
      { filename: 'a.jpg', mimeType: 'image/jpeg', byteSize: maxUploadBytes + 1 },
    ]);
    expect(large).toMatchObject({ __typename: 'MediaError', code: 'FILE_TOO_LARGE', limit: maxUploadBytes });
  });

  test('takes other names of types, and HEIC', async () => {
    expect((await send(await createUpload(user, { mimeType: 'image/jpg' }), await picture())).status).toBe(201);
    expect((await createUpload(user, { mimeType: 'IMAGE/HEIF' })).status).toBe('AWAITING_UPLOAD');
  });

  test('is refused where the plan has no room, and so are bytes that it has no room for by the time they come', async () => {
    const tenant = await sightline.createTenant({ plan: 'FREE' });
    const free = createUser({ url: sightline.url, apiKey: tenant.apiKey });
    const target = await createUpload(free);
    const { pool } = sightline.database;
    await pool.query(
      `insert into blob (organization_id, sha256, byte_size, mime_type, width, height)
       select $1, decode($2, 'hex'), max_storage_bytes, 'image/jpeg', 1, 1 from plan where name = 'FREE'`,
      [tenant.organizationId, 'ab'.repeat(32)],
    );
    expect((await createResult(free, [{ filename: 'a', mimeType: 'image/png', byteSize: 1 }])).code).toBe(
      'QUOTA_EXCEEDED',
    );
    expect(await send(target, await picture())).toMatchObject({ status: 413, body: { code: 'QUOTA_EXCEEDED' } });
    expect(await readUpload(free, target.id)).toMatchObject({ status: 'AWAITING_UPLOAD' });
    await pool.query('delete from blob where organization_id = $1', [tenant.organizationId]);
    expect((await send(target, await picture())).status).toBe(201);
    await free.close();
  });
});

describe('the link of an upload', () => {
  test('is good for nothing else and nobody else', async () => {
    const bytes = await picture();
    const [target, other] = await Promise.all([createUpload(user), createUpload(user)]);
    const { search, pathname } = new URL(target.url);
    const later = new URLSearchParams(search);
    later.set('expires', String(Number(later.get('expires')) + 3600));
    const attempts: [string, number][] = [
      [`${sightline.url}${new URL(other.url).pathname}${search}`, 403],
      [`${sightline.url}${pathname}?${later}`, 403],
      [`${sightline.url}${pathname}`, 403],
      [`${sightline.url}${pathname}?expires=99999999999&signature=x`, 403],
      [`${sightline.url}/uploads/nonsense${search}`, 404],
      [`${sightline.url}/uploads/${search}`, 404],
    ];
    for (const [url, status] of attempts) expect((await send({ ...target, url }, bytes)).status).toBe(status);
    for (const method of ['GET', 'POST', 'DELETE']) {
      const response = await fetch(target.url, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'PUT, OPTIONS']);
    }
    expect((await readUpload(user, target.id)).status).toBe('AWAITING_UPLOAD');
  });

  test('may be used by pages of the configured origins', async () => {
    const target = await createUpload(user);
    const preflight = await fetch(target.url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('PUT');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type, content-range');
    const elsewhere = await fetch(target.url, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
    const sent = await send(target, await picture(), { headers: { origin, 'content-type': 'image/jpeg' } });
    expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([201, origin]);
  });
});

describe('an upload', () => {
  test('of another organisation is not found', async () => {
    const target = await createUpload(user);
    const stranger = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
    expect(await readUpload(stranger, target.id)).toBeNull();
    expect(await renew(stranger, target.id)).toMatchObject({ __typename: 'NotFoundError', id: target.id });
    const [result] = await uploadImages(stranger, [{ source: { uploadId: target.id } }]);
    expect(result).toMatchObject({ __typename: 'NotFoundError', id: target.id });
    expect(await submitResult(stranger, await createTask(stranger), [{ uploadId: target.id }])).toMatchObject({
      __typename: 'NotFoundError',
      id: target.id,
    });
    await stranger.close();
  });

  test('is made with scope WRITE only; who may only read sees how it stands, and not the link that lets bytes in', async () => {
    const reader = await sightline.createTenant({ scopes: ['READ'] });
    const other = createUser({ url: sightline.url, apiKey: reader.apiKey });
    const query = 'mutation { createUploads(uploads: []) { __typename } }';
    expect(await other.fail(query)).toMatchObject({ code: 'FORBIDDEN' });
    await sightline.database.pool.query('update upload set organization_id = $1 where id = $2', [
      reader.organizationId,
      decodeId('upload', (await createUpload(user)).id),
    ]);
    const { rows } = await sightline.database.pool.query('select id from upload where organization_id = $1', [
      reader.organizationId,
    ]);
    expect(rows).toHaveLength(1);
    const id = encodeId('upload', rows[0].id);
    const seen = await other.run('query ($id: ID!) { node(id: $id) { ... on UploadTarget { id status expiresAt } } }', {
      id,
    });
    expect(seen.node).toMatchObject({ id, status: 'AWAITING_UPLOAD' });
    for (const secret of ['url', 'headers { name }']) {
      const query = `query ($id: ID!) { node(id: $id) { ... on UploadTarget { ${secret} } } }`;
      const { body } = await request(sightline.url, { query, variables: { id }, apiKey: reader.apiKey });
      expect(body.data).toEqual({ node: null });
      expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
    }
    await other.close();
  });
});
