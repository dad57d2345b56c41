import type { Transaction } from 'kysely';
import type { CorrectionRow } from '../analyses/corrections/correction.ts';
import { findCatalogItems } from '../catalog/catalog.repository.ts';
import { violates } from '../database/errors.ts';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import { uuidsOf } from '../given-id.ts';
import { answerOnce, findEarlierAnswer } from '../idempotency/answer-once.ts';
import type { RequestKey } from '../idempotency/idempotency.repository.ts';
import { hashRequest } from '../idempotency/request-hash.ts';
import { newId } from '../ids.ts';
import { removeUnusedCrops } from '../images/removal/remove-crops.ts';
import type { Resources } from '../resources.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { ConflictError, ValidationError } from '../user-error.ts';
import { addCorrections } from './add-corrections.ts';
import { findCorrections } from './corrections.repository.ts';
import { NewItems } from './new-items.ts';
import { type RowProblem, readProblem, type StoredProblem, storeProblem } from './problem.ts';
import { findTargets, type GivenTarget, type KnownTargets, resolveTarget, type Target } from './targets.ts';
import { type GivenVerdict, namedItems, resolveVerdict } from './verdicts.ts';

/** Corrections of one request. They are written in one transaction. */
export const maxCorrections = 500;

export interface GivenCorrection {
  target: GivenTarget;
  verdict: GivenVerdict;
}

export interface Corrector {
  /** Whom the session token of the request stands for; null: nobody. */
  actor: string | null;
  /** What the caller is limited to; null: nothing. */
  narrowing: Narrowing | null;
  /** Whether its corrections count at once (scope TEACH); otherwise they are PROPOSED. */
  teaches: boolean;
}

export type CorrectionOutcome = CorrectionRow | RowProblem;

type StoredOutcome = { id: string } | { problem: StoredProblem };

/**
 * Stores corrections, each row independently of the others: one that cannot be stored leaves the others as they are. A correction
 * replaces earlier ones of the same product.
 * @returns one outcome for each row, in their order
 * @throws ValidationError for an unusable number of rows, IdempotencyConflictError
 */
export async function correctDetections(
  app: Pick<Resources, 'db' | 'hints' | 'blobs' | 'logger'>,
  organizationId: string,
  rows: readonly GivenCorrection[],
  { requestKey, ...corrector }: Corrector & { requestKey: RequestKey | null },
): Promise<CorrectionOutcome[]> {
  if (rows.length < 1 || rows.length > maxCorrections)
    throw new ValidationError([
      { path: ['corrections'], message: `It has ${rows.length} entries; expected 1 to ${maxCorrections}.` },
    ]);
  const request = requestKey && { ...requestKey, hash: hashRequest(rows) };
  const earlier = request && (await findEarlierAnswer<StoredOutcome[]>(app.db, organizationId, request));
  const outcomes = earlier ?? (await store());
  return readOutcomes(app, organizationId, outcomes);

  async function store(): Promise<StoredOutcome[]> {
    const known = await findKnown(app, organizationId, rows, corrector.narrowing);
    const attempt = () =>
      inLogOrder(app.db, (trx) =>
        answerOnce(trx, organizationId, request, () => storeRows(trx, organizationId, { rows, known, corrector })),
      );
    const { answer } = await attempt().catch((error: unknown) => {
      // Another request has just created an item with the same customId, which is there now.
      if (violates(error, 'catalog_item_custom_id')) return attempt();
      throw error;
    });
    app.hints.eventsWritten();
    await removeUnusedCrops(app, organizationId);
    return answer;
  }
}

interface Known extends KnownTargets {
  itemIds: ReadonlySet<string>;
}

async function findKnown(
  { db }: Pick<Resources, 'db'>,
  organizationId: string,
  rows: readonly GivenCorrection[],
  narrowing: Narrowing | null,
): Promise<Known> {
  const named = namedItems(rows.map(({ verdict }) => verdict));
  const items = await findCatalogItems(db, organizationId, uuidsOf(named), narrowing);
  const targets = rows.map(({ target }) => target);
  return {
    ...(await findTargets(db, organizationId, targets, narrowing)),
    itemIds: new Set(items.map(({ id }) => id)),
  };
}

interface Work {
  rows: readonly GivenCorrection[];
  known: Known;
  corrector: Corrector;
}

async function storeRows(
  trx: Transaction<DB>,
  organizationId: string,
  { rows, known, corrector }: Work,
): Promise<StoredOutcome[]> {
  const context = {
    itemIds: known.itemIds,
    newItems: new NewItems(trx, organizationId),
    isNarrowed: corrector.narrowing !== null,
  };
  const made: (CorrectionRow | RowProblem)[] = [];
  for (const row of rows) {
    const target = resolveTarget(row.target, known);
    const verdict = target instanceof Error ? target : await resolveVerdict(row.verdict, target, context);
    if (target instanceof Error) made.push(target);
    else if (verdict instanceof Error) made.push(verdict);
    else made.push({ ...toRow(organizationId, target, corrector), ...verdict });
  }
  const added = made.flatMap((one) => (one instanceof Error ? [] : [one]));
  const lost = await addCorrections(trx, organizationId, added, known.runs);
  return made.map((one): StoredOutcome => {
    const problem = one instanceof Error ? one : lost.get(one.id);
    return problem ? { problem: storeProblem(problem) } : { id: (one as CorrectionRow).id };
  });
}

function toRow(
  organizationId: string,
  { run, index, box, changedBox }: Target,
  { actor, teaches }: Corrector,
): Omit<CorrectionRow, 'verdict' | 'catalog_item_id'> {
  return {
    id: newId(),
    organization_id: organizationId,
    analysis_id: run.id,
    first_run: run.first_run,
    detection_index: index,
    box,
    changed_box: changedBox,
    picture_width: run.width,
    picture_height: run.height,
    found_item_id: index === null ? null : run.detections[index]!.itemId,
    status: teaches ? 'APPLIED' : 'PROPOSED',
    actor,
    created_at: new Date(),
  };
}

/** Rows as they are now. One that was removed since an earlier response is a ConflictError. */
async function readOutcomes(
  { db }: Pick<Resources, 'db'>,
  organizationId: string,
  outcomes: readonly StoredOutcome[],
): Promise<CorrectionOutcome[]> {
  const ids = outcomes.flatMap((one) => ('id' in one ? [one.id] : []));
  const byId = new Map((await findCorrections(db, organizationId, ids)).map((row) => [row.id, row]));
  return outcomes.map((one) => {
    if ('problem' in one) return readProblem(one.problem);
    return byId.get(one.id) ?? new ConflictError('It was stored, and has been removed or replaced since.');
  });
}
