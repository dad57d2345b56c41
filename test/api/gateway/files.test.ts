import { createSecretKey, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { roundUp } from '../../../src/pictures/sizes.ts';
import { nextHour, signLink } from '../../../src/storage/signed-links.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ env: { CORS_ORIGINS: 'https://shop.example' } });
});
afterAll(() => gateway?.stop());

const bytes = Buffer.from('not really a picture, but nobody here looks inside');

/** An image that was uploaded; what is in it does not matter here. */
async function storeImage(options: { content?: Buffer; filename?: string | null; width?: number } = {}) {
  const { content = bytes, filename = null, width = 4_000 } = options;
  const { blobs, db } = gateway.options;
  const staged = await blobs.stage(Readable.from([content]), { maxBytes: 1_000 });
  await staged.keep(gateway.organizationId);
  const sha256 = Buffer.from(staged.sha256, 'hex');
  const blob = { sha256, byte_size: String(content.length), mime_type: 'image/png', width, height: 3_000 };
  const owner = { organization_id: gateway.organizationId };
  await db
    .insertInto('blob')
    .values({ ...owner, ...blob })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const id = newId();
  await db
    .insertInto('image')
    .values({ ...owner, id, status: 'READY', sha256, filename })
    .execute();
  return { id, sha256: staged.sha256 };
}

function link(imageId: string, options: { width?: number; now?: Date; secret?: KeyObject } = {}) {
  const { width, now = new Date(), secret = gateway.options.urlSecret } = options;
  const parameters = width === undefined ? {} : { width: String(roundUp(width)) };
  const signer = { publicUrl: gateway.url, secret };
  return signLink(signer, { kind: 'image', id: imageId, expiresAt: nextHour(now), parameters });
}

async function jobsFor(imageId: string): Promise<{ payload: unknown }[]> {
  const { rows } = await sql<{ payload: unknown }>`
    select payload from graphile_worker._private_jobs where key like ${`render_image:${imageId}:%`}`.execute(
    gateway.options.db,
  );
  return rows;
}

/** What a worker does when it has made a picture. */
async function make(sha256: string, derived: string, content: string): Promise<void> {
  const { blobs, hints } = gateway.options;
  const file = blobs.temporaryFile();
  await writeFile(file, content);
  await blobs.put({ organizationId: gateway.organizationId, sha256, derived }, file);
  hints.picturesMade();
}

test.each(['images', 'exports'])('pages of the configured origins may read links to %s', async (folder) => {
  const url = folder === 'images' ? link((await storeImage()).id) : `${gateway.url}/exports/export_x`;
  const ask = (origin: string, init: RequestInit = {}) => fetch(url, { ...init, headers: { origin } });
  const { status, headers } = await ask('https://shop.example');
  expect([status, headers.get('access-control-allow-origin')]).toEqual([
    folder === 'images' ? 200 : 404,
    'https://shop.example',
  ]);
  expect(headers.get('access-control-expose-headers')).toContain('Content-Range');
  // Also pages that may read nothing show pictures.
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  const preflight = await ask('https://shop.example', { method: 'OPTIONS' });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, HEAD');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('range');
  expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  const refused = await ask('https://evil.example', { method: 'OPTIONS' });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ message: expect.stringContaining('CORS_ORIGINS does not list') });
});

describe('a link to a picture', () => {
  test('leads to its bytes without a key, as something that browsers only show', async () => {
    const { id, sha256 } = await storeImage({ filename: 'Regal „links“ (1).png' });
    const response = await fetch(link(id));
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(bytes.length),
      'content-disposition': "inline; filename*=UTF-8''Regal%20%E2%80%9Elinks%E2%80%9C%20%281%29.png",
      etag: `"${sha256}"`,
      'cache-control': 'private, max-age=3600',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'accept-ranges': 'bytes',
    });
  });

  test('tells about it without its bytes (HEAD)', async () => {
    const { id } = await storeImage();
    const response = await fetch(link(id), { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect(await response.text()).toBe('');
  });

  test('costs nothing when the browser has it already', async () => {
    const { id, sha256 } = await storeImage();
    for (const etag of [`"${sha256}"`, `W/"${sha256}"`, `"other", "${sha256}"`, '*'])
      expect((await fetch(link(id), { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await fetch(link(id), { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test.each([
    ['bytes=0-3', 206, 'not '],
    ['bytes=4-9', 206, 'really'],
    ['bytes=-6', 206, 'inside'],
    ['bytes=44-', 206, 'inside'],
    ['bytes=44-9999', 206, 'inside'],
    ['bytes=50-', 416, ''],
    ['bytes=0-1,3-4', 200, bytes.toString()],
    ['pages=1-2', 200, bytes.toString()],
  ])('answers the range %s', async (range, status, expected) => {
    const { id } = await storeImage();
    const response = await fetch(link(id), { headers: { range } });
    expect([response.status, await response.text()]).toEqual([status, expected]);
    if (status === 206) expect(response.headers.get('content-range')).toMatch(/^bytes \d+-\d+\/50$/);
    if (status === 416) expect(response.headers.get('content-range')).toBe('bytes */50');
  });

  test('answers a range of another version with all of this one', async () => {
    const { id, sha256 } = await storeImage();
    const ask = (version: string) => fetch(link(id), { headers: { range: 'bytes=0-3', 'if-range': version } });
    expect((await ask(`"${sha256}"`)).status).toBe(206);
    expect((await ask('"older"')).status).toBe(200);
  });

  test.each([
    [
      'with a signature of somebody else’s',
      (id: string) => link(id, { secret: createSecretKey(Buffer.from('guessed')) }),
      'signature',
    ],
    ['for another picture', (id: string) => link(newId()).replace(/img_\w+/, encodeId('image', id)), 'signature'],
    ['with a later end', (id: string) => link(id).replace(/expires=\d/, 'expires=9'), 'signature'],
    ['with a width that was not asked for', (id: string) => `${link(id)}&width=320`, 'signature'],
    ['with another width', (id: string) => link(id, { width: 320 }).replace('320', '640'), 'signature'],
    ['without a signature', (id: string) => link(id).replace(/&?signature=[^&]*/, ''), 'signature'],
    ['without a query', (id: string) => link(id).split('?')[0]!, 'signature'],
    ['that has expired', (id: string) => link(id, { now: new Date(Date.now() - 2 * 3_600_000) }), 'expired'],
  ])('%s is 403 with one sentence', async (_title, make, reason) => {
    const { id } = await storeImage();
    const response = await fetch(make(id));
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ code: 'FORBIDDEN', message: expect.stringContaining(reason) });
  });

  test('to a picture that was deleted, that is still on its way or that never was, is 404', async () => {
    const awaited = newId();
    const owner = { organization_id: gateway.organizationId };
    await gateway.options.db
      .insertInto('image')
      .values({ ...owner, id: awaited, status: 'AWAITING_UPLOAD' })
      .execute();
    for (const url of [link(newId()), link(awaited), `${gateway.url}/images/img_nonsense`, `${gateway.url}/images/`])
      expect((await fetch(url)).status).toBe(404);
  });

  test('is for reading only', async () => {
    const { id } = await storeImage();
    const response = await fetch(link(id), { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('a link to a rendition', () => {
  test('waits until it is made: twenty requests are one job', async () => {
    const { id, sha256 } = await storeImage({ content: Buffer.from('one that twenty ask for') });
    const answers = Array.from({ length: 20 }, () => fetch(link(id, { width: 200 })));
    await expect.poll(() => jobsFor(id)).toHaveLength(1);
    const picture = { kind: 'rendition', size: 320, format: 'jpeg' };
    expect(await jobsFor(id)).toEqual([{ payload: { imageId: id, organizationId: gateway.organizationId, picture } }]);
    await make(sha256, 'w320', 'small');
    for (const answer of await Promise.all(answers)) {
      expect([answer.status, await answer.text()]).toEqual([200, 'small']);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'image/jpeg',
        'content-disposition': 'inline',
        'cache-control': 'private, max-age=3600',
        etag: `"${sha256}-w320"`,
        vary: 'Origin, Accept',
        'content-security-policy': "default-src 'none'; sandbox",
      });
    }
  });

  test.each([
    [undefined, 'image/jpeg'],
    ['*/*', 'image/jpeg'],
    ['image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5', 'image/jpeg'],
    ['image/webp', 'image/webp'],
    ['image/webp, image/jpeg;q=0', 'image/webp'],
    ['IMAGE/WEBP;Q=0.9, image/jpeg;q=0, */*;q=0.1', 'image/webp'],
    ['image/webp;q=0, */*', 'image/jpeg'],
    ['text/html', 'image/jpeg'],
  ])('is JPEG, and WebP for who takes no JPEG: Accept %s', async (accept, type) => {
    const { id, sha256 } = await storeImage({ content: Buffer.from('one in two formats') });
    await make(sha256, 'w640', 'jpeg');
    await make(sha256, 'w640.webp', 'webp');
    // fetch() would send a header of its own.
    const { headers } = await get(link(id, { width: 640 }), accept === undefined ? {} : { accept });
    expect(headers['content-type']).toBe(type);
  });

  test.each([
    [{ width: 1 }, 4_000, 'w320'],
    [{ width: 321 }, 4_000, 'w640'],
    [{ width: 1_281 }, 4_000, 'w2560'],
    [{ width: 2_561 }, 4_000, 'full'],
    // Of a narrow picture all the larger ones are the same.
    [{ width: 2_560 }, 500, 'w640'],
    [{ width: 3_000 }, 500, 'w640'],
    [{ width: 3_000 }, 2_560, 'w2560'],
    [{ width: 320 }, 320, 'w320'],
  ])('%j of a picture that is %i wide is %s', async (wanted, width, name) => {
    const { id, sha256 } = await storeImage({ content: Buffer.from(`so wide: ${width}`), width });
    await make(sha256, name, name);
    expect(await (await fetch(link(id, wanted))).text()).toBe(name);
  });

  test('of a picture that cannot be decoded says so, and asks nobody to try again', async () => {
    const { id, sha256 } = await storeImage({ content: Buffer.from('one that is broken') });
    await gateway.options.db
      .updateTable('blob')
      .set({ failed_at: new Date(), failure_code: 'INVALID_IMAGE', failure_message: 'It is damaged.' })
      .set({ failure_retryable: false })
      .where('sha256', '=', Buffer.from(sha256, 'hex'))
      .execute();
    const answer = await fetch(link(id, { width: 320 }));
    expect([answer.status, await answer.json()]).toEqual([422, { code: 'INVALID_IMAGE', message: 'It is damaged.' }]);
    expect(await jobsFor(id)).toEqual([]);
  });

  test('that nobody makes is 503 with Retry-After in the end, and a hundred are waited for at most', async () => {
    const images = await Promise.all(
      Array.from({ length: 101 }, (_, index) => storeImage({ content: Buffer.from(`flood ${index}`) })),
    );
    const [last, ...first] = images;
    const answers = first.map(({ id }) => fetch(link(id, { width: 320 })));
    await expect.poll(async () => (await Promise.all(first.map(({ id }) => jobsFor(id)))).flat().length).toBe(100);
    const refused = await fetch(link(last!.id, { width: 320 }));
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
      429,
      '5',
      { code: 'THROTTLED', message: expect.stringContaining('Retry') },
    ]);
    expect(await jobsFor(last!.id)).toEqual([]);
    for (const answer of await Promise.all(answers)) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await answer.json()).toEqual({ code: 'UNAVAILABLE', message: expect.stringContaining('Retry') });
    }
  }, 60_000);
});

/** As fetch(), without any header of its own. */
function get(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (answer) => resolve(answer.resume()))
      .on('error', reject)
      .end();
  });
}

test('a link stays the same within an hour, and lasts for one to two', () => {
  const at = (time: string) => link('018f0000-0000-7000-8000-000000000000', { now: new Date(time) });
  expect(at('2026-03-01T10:00:01Z')).toBe(at('2026-03-01T10:59:59Z'));
  expect(at('2026-03-01T10:59:59Z')).not.toBe(at('2026-03-01T11:00:01Z'));
  const expires = Number(new URL(at('2026-03-01T10:59:59Z')).searchParams.get('expires'));
  expect(new Date(expires * 1_000).toISOString()).toBe('2026-03-01T12:00:00.000Z');
});
