import type { Kysely } from 'kysely';
import type { CorrectionRow } from '../analyses/corrections/correction.ts';
import { decodeDetectionId } from '../analyses/detection-id.ts';
import type { DB } from '../database/types.generated.ts';
import type { GivenId } from '../given-id.ts';
import { decodeId } from '../ids.ts';
import { clampBox } from '../recognition/box.ts';
import { findDetection } from '../recognition/corrections/match.ts';
import { type BoxNumbers, roundPixels } from '../recognition/rounding.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import { findCorrections } from './corrections.repository.ts';
import { invalidRow, type RowProblem } from './problem.ts';
import { findRuns, type Run } from './runs.repository.ts';

/** A box as a client draws it. NORMALIZED: in fractions of the picture's width and height. */
export interface DrawnBox {
  x: number;
  y: number;
  width: number;
  height: number;
  unit: 'PIXEL' | 'NORMALIZED';
}

/** What a row is about: a detection, also with another box, or a product that was missed. `detectionId` may also be the id of a correction. */
export type GivenTarget =
  | { detectionId: string }
  | { changedBox: { detectionId: string; box: DrawnBox } }
  | { newBox: { analysisId: GivenId; box: DrawnBox } };

/** A run that SUCCEEDED. */
export type SucceededRun = Run & { [Part in 'width' | 'height' | 'detections']: NonNullable<Run[Part]> };

/** What a correction is about. */
export interface Target {
  run: SucceededRun;
  /** null: no detection of the run. */
  index: number | null;
  /** Pixels. */
  box: BoxNumbers;
  /** Where the product is instead, as a person has drawn it; null: in `box`. */
  changedBox: BoxNumbers | null;
  /** Whether a person has drawn it just now. */
  isNew: boolean;
}

/** What the targets of a request refer to, as far as it exists and the caller sees it. */
export interface KnownTargets {
  runs: ReadonlyMap<string, Run>;
  corrections: ReadonlyMap<string, CorrectionRow>;
}

export async function findTargets(
  db: Kysely<DB>,
  organizationId: string,
  targets: readonly GivenTarget[],
  narrowing: Narrowing | null,
): Promise<KnownTargets> {
  const correctionIds = targets.flatMap((target) => correctionIdOf(target) ?? []);
  const corrections = await findCorrections(db, organizationId, correctionIds, narrowing);
  const runIds = targets.flatMap((target) => runIdOf(target) ?? []);
  const ids = [...new Set([...runIds, ...corrections.map(({ analysis_id }) => analysis_id)])];
  const runs = await findRuns(db, organizationId, ids, narrowing);
  return {
    runs: new Map(runs.map((run) => [run.id, run])),
    corrections: new Map(corrections.map((correction) => [correction.id, correction])),
  };
}

function correctionIdOf(target: GivenTarget): string | null {
  const text = detectionIdOf(target);
  return text === null ? null : decodeId('correction', text);
}

function runIdOf(target: GivenTarget): string | null {
  if ('newBox' in target) return target.newBox.analysisId.uuid;
  return decodeDetectionId(detectionIdOf(target) ?? '')?.analysisId ?? null;
}

function detectionIdOf(target: GivenTarget): string | null {
  if ('newBox' in target) return null;
  return 'changedBox' in target ? target.changedBox.detectionId : target.detectionId;
}

/** Finds out what a row is about, or why it cannot be corrected. */
export function resolveTarget(target: GivenTarget, known: KnownTargets): Target | RowProblem {
  if ('newBox' in target) return ofNewBox(target.newBox, known);
  return 'changedBox' in target ? ofChangedBox(target.changedBox, known) : ofDetection(target.detectionId, known);
}

function ofDetection(text: string, { runs, corrections }: KnownTargets): Target | RowProblem {
  const correction = corrections.get(decodeId('correction', text) ?? '');
  if (correction) {
    const run = correctable(runs.get(correction.analysis_id), text);
    if (run instanceof Error) return run;
    const { detection_index, box, changed_box: changedBox } = correction;
    return { run, index: detection_index ?? findDetection(box, run.detections), box, changedBox, isNew: false };
  }
  const key = decodeDetectionId(text);
  const run = correctable(key ? runs.get(key.analysisId) : undefined, text);
  if (run instanceof Error) return run;
  const detection = run.detections[key!.index];
  return detection
    ? { run, index: key!.index, box: detection.box, changedBox: null, isNew: false }
    : new NotFoundError(text);
}

type ChangedBox = Extract<GivenTarget, { changedBox: unknown }>['changedBox'];

function ofChangedBox({ detectionId, box: drawn }: ChangedBox, known: KnownTargets): Target | RowProblem {
  const target = ofDetection(detectionId, known);
  if (target instanceof Error) return target;
  const box = toPixels(drawn, target.run);
  // The box as it was stays with it: by that, other runs and later corrections are matched.
  return box === null ? tooSmall('changedBox', target.run) : { ...target, changedBox: box };
}

type NewBox = Extract<GivenTarget, { newBox: unknown }>['newBox'];

function ofNewBox({ analysisId, box: drawn }: NewBox, { runs }: KnownTargets): Target | RowProblem {
  const run = correctable(runs.get(analysisId.uuid ?? ''), analysisId.text);
  if (run instanceof Error) return run;
  const box = toPixels(drawn, run);
  if (box === null) return tooSmall('newBox', run);
  const index = findDetection(box, run.detections);
  // What was found has its own box.
  return { run, index, box: index === null ? box : run.detections[index]!.box, changedBox: null, isNew: true };
}

function tooSmall(field: 'newBox' | 'changedBox', { width, height }: SucceededRun): RowProblem {
  return invalidRow(
    ['target', field, 'box'],
    `It covers less than a pixel of the image, which is ${width} × ${height} pixels. Check the box and its unit.`,
  );
}

/** To what lies in the image; null: nothing does. */
function toPixels({ unit, ...box }: DrawnBox, run: SucceededRun): BoxNumbers | null {
  const [across, down] = unit === 'PIXEL' ? [1, 1] : [run.width, run.height];
  const pixels = { x: box.x * across, y: box.y * down, width: box.width * across, height: box.height * down };
  if (!Object.values(pixels).every(Number.isFinite)) return null;
  const inside = clampBox(pixels, run);
  return inside && roundPixels([inside.x, inside.y, inside.width, inside.height]);
}

function correctable(run: Run | undefined, text: string): SucceededRun | RowProblem {
  if (!run) return new NotFoundError(text);
  if (run.task_type !== 'DETECTION')
    return new ConflictError('The task of the analysis labels images as a whole and finds no products.');
  const { width, height, detections } = run;
  if (width === null || height === null || detections === null)
    return new ConflictError(
      `The analysis is ${run.status}. Only results can be corrected: those of analyses that SUCCEEDED.`,
    );
  return { ...run, width, height, detections };
}
