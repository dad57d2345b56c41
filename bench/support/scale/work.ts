import { type Kysely, sql } from 'kysely';
import { removeEndedAnalyses } from '../../../src/analyses/analyses.repository.ts';
import { claimAnalyses, endOfClaim, releaseLeases } from '../../../src/analyses/claims.repository.ts';
import { chunkSize } from '../../../src/analyses/life.ts';
import { foldStats } from '../../../src/analyses/statistics/fold.repository.ts';
import { ensureWakeToken } from '../../../src/analyses/wake-tokens.repository.ts';
import { beat } from '../../../src/analyses/worker-processes.repository.ts';
import {
  findMatrixVersion,
  listChangedItems,
  loadMatrixItems,
  type MatrixModels,
  type MatrixScope,
} from '../../../src/catalog/item-matrix.repository.ts';
import { addMissedItemJobs } from '../../../src/catalog/missed-items.repository.ts';
import type { DB } from '../../../src/database/types.generated.ts';
import { inLogOrder } from '../../../src/events/order.ts';
import { removeOldKeys } from '../../../src/idempotency/idempotency.repository.ts';
import { newId } from '../../../src/ids.ts';
import { listWithUnusedCrops } from '../../../src/images/removal/crops.repository.ts';
import { deleteImage } from '../../../src/images/removal/delete-image.ts';
import { listRemovableOriginals } from '../../../src/images/removal/originals.repository.ts';
import { readOverdueJobs } from '../../../src/jobs/jobs.repository.ts';
import { addMissedIndexJobs } from '../../../src/library/missed-images.repository.ts';
import {
  dropExpiredCrops,
  listExpiredImages,
  listUnusedBlobs,
  removeExpiredAnalyses,
} from '../../../src/retention/retention.repository.ts';
import { readFailedShare, readWaiting } from '../../../src/system/load.repository.ts';
import { readQueues } from '../../../src/system/system.repository.ts';
import { removeEnded } from '../../../src/uploads/expiry.repository.ts';
import { listVisitsToClose, removeEmptyVisits } from '../../../src/visits/visits.repository.ts';
import { type Action, RowCount } from './measure.ts';
import type { Picked } from './picked.ts';
import { periodDays } from './size.ts';
import { embedder, pipeline } from './tenants.ts';

/** Scans go round their tables, a step at a time. */
const oneStep = { most: 1, stop: AbortSignal.abort() };

/** A step of a scan looks at so many rows, each with its entry in the index of one other table: two to four pages, however large that is. */
function stepOf(rows: number) {
  return { rows, pagesOfRow: 4 };
}

/** What workers do: claims, what each heartbeat looks at, what they do once an hour, and what they load. */
export function workerActions({ organizationId, organizationIds, rareTaskId, taskId, openVisits }: Picked): Action[] {
  const worker = { id: newId(), after: null };
  const all = { organizationId, taskId, allCatalogItems: true };
  const models = { embedder, verifier: null };
  return [
    { what: 'a claim of 32 analyses, and their release', run: (db) => claim(db, worker) },
    { what: 'heartbeat: analyses to claim', run: (db) => ensureWakeToken(db) },
    {
      what: 'heartbeat: visits to close',
      run: async (db) => {
        await listVisitsToClose(db, 30);
        return new RowCount(openVisits);
      },
    },
    { what: 'heartbeat: originals to remove', run: (db) => listRemovableOriginals(db, 50) },
    { what: 'heartbeat: statistics to fold', run: (db) => foldStats(db) },
    { what: 'metrics: analyses that wait', run: async (db) => new RowCount((await readWaiting(db, 'IMAGE')).count) },
    {
      what: 'metrics: failures of the last hour',
      run: async (db) => {
        await readFailedShare(db, 'IMAGE');
        return new RowCount(organizationIds.length);
      },
    },
    { what: 'metrics: overdue jobs', run: (db) => readOverdueJobs(db) },
    { what: 'system: the queue of one organisation', run: (db) => readQueues(db, organizationIds.slice(0, 1)) },
    { what: 'hourly: unused bytes', fullStep: stepOf(5_000), run: (db) => listUnusedBlobs(db, oneStep) },
    { what: 'hourly: crops that teach nothing', run: (db) => listWithUnusedCrops(db) },
    { what: 'hourly: crops that have expired', run: (db) => dropExpiredCrops(db) },
    {
      what: 'hourly: images that are not indexed',
      fullStep: stepOf(5_000),
      run: (db) => addMissedIndexJobs(db, embedder, oneStep),
    },
    {
      what: 'hourly: items that are not embedded',
      fullStep: stepOf(5_000),
      run: (db) => addMissedItemJobs(db, { embedders: [embedder], verifiers: [] }, oneStep),
    },
    {
      what: 'hourly: visits without analyses',
      fullStep: stepOf(2_000),
      run: (db) => removeEmptyVisits(db, oneStep),
    },
    { what: 'hourly: old keys', run: (db) => removeOldKeys(db) },
    { what: 'hourly: ended uploads', run: (db) => removeEnded(db) },
    { what: "the version of a task's items", run: (db) => findMatrixVersion(db, all) },
    {
      what: 'the items of a task that has 20',
      run: (db) => loadMatrixItems(db, { ...all, taskId: rareTaskId, allCatalogItems: false }, models),
    },
    { what: 'the items of a task that has all, after a change of one', run: (db) => readChange(db, all, models) },
  ];
}

/** What a worker does that has all of the others. */
async function readChange(db: Kysely<DB>, scope: MatrixScope, models: MatrixModels): Promise<void> {
  const { horizon } = await findMatrixVersion(db, scope);
  await sql`
    update catalog_item set status = 'ACTIVE', tags = array[random()::text] where id = (
      select id from catalog_item where organization_id = ${scope.organizationId} limit 1)`.execute(db);
  const changed = await listChangedItems(db, scope.organizationId, horizon);
  const items = await loadMatrixItems(db, scope, models, changed);
  if (items.length !== 1) throw new Error(`${items.length} items were read, and not the one that changed.`);
}

/** With what else it takes to repeat it: what was claimed goes back. */
async function claim(db: Kysely<DB>, worker: { id: string; after: string | null }): Promise<void> {
  await beat(
    db,
    { id: worker.id, poolIds: [], dataDirId: null, livenessKey: null, host: 'bench', pid: 1, version: '0' },
    [],
  );
  const claimed = await claimAnalyses(db, { id: worker.id, pipelines: [pipeline], after: worker.after }, chunkSize);
  worker.after = endOfClaim(claimed, worker.after);
  if (claimed.length < chunkSize) throw new Error(`Only ${claimed.length} analyses could be claimed.`);
  await inLogOrder(db, (trx) => releaseLeases(trx, [worker.id]));
}

/** Deletions by clients and by retention. Each call deletes other rows. */
export function deletions({ organizationId, organizationIds, batchId }: Picked): Action[] {
  const last = organizationIds.at(-1)!;
  return [
    {
      what: 'an image is deleted',
      run: async (db, call) => {
        const [id] = await imagesAround(db, organizationId, batchId, 1, call);
        await inLogOrder(db, (trx) => deleteImage(trx, organizationId, id!));
      },
    },
    {
      what: '50 images are deleted',
      run: async (db, call) => {
        const ids = await imagesAround(db, organizationId, batchId, 50, call);
        for (const id of ids) await inLogOrder(db, (trx) => deleteImage(trx, organizationId, id));
        return ids;
      },
    },
    {
      what: '50 analyses are deleted',
      run: async (db, call) => {
        const { rows } = await sql<{ id: string }>`
          select id from analysis where organization_id = ${organizationId} and id > ${batchId} and finished_at is not null
          order by id offset ${1_000 + call * 50} limit 50`.execute(db);
        await db.transaction().execute((trx) =>
          removeEndedAnalyses(
            trx,
            organizationId,
            rows.map(({ id }) => id),
          ),
        );
        return rows;
      },
    },
    {
      what: 'retention: expired images are listed',
      run: (db) => listExpiredImages(db, last, periodDays - 1, 200),
    },
    {
      what: 'retention: 100 analyses are removed',
      run: (db) => db.transaction().execute((trx) => removeExpiredAnalyses(trx, last, 1, 100)),
    },
  ];
}

async function imagesAround(db: Kysely<DB>, organizationId: string, after: string, count: number, call: number) {
  const { rows } = await sql<{ id: string }>`
    select id from image where organization_id = ${organizationId} and id > ${after} and in_library
    order by id offset ${call * count} limit ${count}`.execute(db);
  return rows.map(({ id }) => id);
}
