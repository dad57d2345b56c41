import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHints } from '../../../src/events/hints.ts';
import { newId } from '../../../src/ids.ts';
import { renderImageJob } from '../../../src/jobs/definitions.ts';
import { insertOrganization } from '../../../src/organizations/organizations.repository.ts';
import { PictureOrders, pictureJob } from '../../../src/picture-orders/picture-orders.ts';
import type { BlobStore } from '../../../src/storage/blob-store.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

/** Waiting for pictures that no worker makes, or whose worker is not heard. */
const logger = pino({ enabled: false });
const organizationId = newId();
const picture = { kind: 'rendition', size: 320, format: 'jpeg' } as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await insertOrganization(database.db, { id: organizationId, name: 'One', plan: 'UNLIMITED' });
});
afterAll(() => database?.drop());

/** A picture, and whether it is in the store. */
async function storePicture() {
  const hash = Buffer.alloc(32, newId());
  const measures = { byte_size: '1', mime_type: 'image/jpeg', width: 900, height: 900 };
  await database.db
    .insertInto('blob')
    .values({ organization_id: organizationId, sha256: hash, ...measures })
    .execute();
  const blob = { organizationId, sha256: hash.toString('hex'), derived: 'w320' };
  return { blob, payload: { organizationId, imageId: newId(), picture }, made: false };
}

type Stored = Awaited<ReturnType<typeof storePicture>>;

function takeOrders(stored: Stored, times: { longestWaitMs: number; orderLastsMs: number }) {
  const { db, url } = database;
  const blobs = { has: async () => stored.made } as unknown as BlobStore;
  const hints = createHints({ db, listenUrl: url, logger });
  const orders = new PictureOrders({ db, blobs, hints, logger }, { ...times, lookEveryMs: 20 });
  return (gone = new AbortController().signal) =>
    orders.wait(stored.blob, pictureJob(renderImageJob, stored.payload), gone);
}

async function jobsFor({ payload }: Stored): Promise<number> {
  const { rows } = await database.pool.query(
    'select count(*)::int as count from graphile_worker.jobs where key like $1',
    [`render_image:${payload.imageId}:%`],
  );
  return rows[0].count;
}

const hour = 3_600_000;

test('a picture whose hint is lost is found all the same', async () => {
  const stored = await storePicture();
  const wait = takeOrders(stored, { longestWaitMs: hour, orderLastsMs: hour });
  const waiting = wait();
  await expect.poll(() => jobsFor(stored)).toBe(1);
  stored.made = true;
  expect(await waiting).toEqual({ kind: 'made' });
});

test('an order that is given up leaves the queue, and can be made again', async () => {
  const stored = await storePicture();
  const wait = takeOrders(stored, { longestWaitMs: hour, orderLastsMs: 1 });
  expect(await wait()).toEqual({ kind: 'late' });
  await expect.poll(() => jobsFor(stored)).toBe(0);
  const waiting = wait();
  stored.made = true;
  expect(await waiting).toEqual({ kind: 'made' });
});

test('an order outlasts the requests that wait for it, and is not made twice', async () => {
  const stored = await storePicture();
  const wait = takeOrders(stored, { longestWaitMs: 1, orderLastsMs: hour });
  expect(await Promise.all([wait(), wait()])).toEqual([{ kind: 'late' }, { kind: 'late' }]);
  expect(await wait()).toEqual({ kind: 'late' });
  expect(await jobsFor(stored)).toBe(1);
});

test('a request that is gone waits no longer', async () => {
  const stored = await storePicture();
  const gone = new AbortController();
  const waiting = takeOrders(stored, { longestWaitMs: hour, orderLastsMs: hour })(gone.signal);
  await expect.poll(() => jobsFor(stored)).toBe(1);
  gone.abort();
  expect(await waiting).toEqual({ kind: 'late' });
});

test('nobody waits for what turns out to be impossible, or to be deleted', async () => {
  const stored = await storePicture();
  const wait = takeOrders(stored, { longestWaitMs: hour, orderLastsMs: hour });
  const waiting = wait();
  await expect.poll(() => jobsFor(stored)).toBe(1);
  const blob = database.db.updateTable('blob').where('sha256', '=', Buffer.from(stored.blob.sha256, 'hex'));
  await blob
    .set({ failed_at: new Date(), failure_code: 'INVALID_IMAGE', failure_message: 'It is damaged.' })
    .set({ failure_retryable: false })
    .execute();
  const failure = { code: 'INVALID_IMAGE', message: 'It is damaged.', retryable: false };
  expect(await waiting).toEqual({ kind: 'impossible', failure });

  const other = await storePicture();
  const waitingToo = takeOrders(other, { longestWaitMs: hour, orderLastsMs: hour })();
  await expect.poll(() => jobsFor(other)).toBe(1);
  await database.db.deleteFrom('blob').where('sha256', '=', Buffer.from(other.blob.sha256, 'hex')).execute();
  expect(await waitingToo).toEqual({ kind: 'late' });
});
