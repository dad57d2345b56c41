import type { PositionStatus } from '../graphql/schema-types.generated.ts';

interface Item {
  id: string;
  name: string;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A planned position, as the pictures show it. */
export interface Position {
  shelf: number;
  position: number;
  catalogItem: Item;
  status: PositionStatus;
  /** Of the planned products, those that the pictures would show. */
  visible: number;
  found: number;
  analysis: { id: string };
  /** Its products, or what stands in its place; boxes are in parts of the picture. */
  detections: readonly { id: string; box: Box }[];
}

/** WORSE and BETTER: as the score counts them. UNKNOWN: one of the two does not show it. */
export type Change = 'WORSE' | 'BETTER' | 'OTHER' | 'SAME' | 'UNKNOWN';

export interface PositionChange {
  /** Of its planogram, its place and its item. */
  key: string;
  change: Change;
  /** null: the planogram did not have the position then. */
  before: Position | null;
  after: Position | null;
}

interface Judged {
  planogram: { id: string } | null;
  positions: readonly Position[];
}

/**
 * The positions of both, as they changed: what became worse comes first. A position is the same if its planogram has the same item in
 * the same place, whatever the version of the planogram.
 */
export function comparePositions(before: readonly Judged[], after: readonly Judged[]): PositionChange[] {
  const [earlier, later] = [byKey(before), byKey(after)];
  const keys = [...new Set([...later.keys(), ...earlier.keys()])];
  const changes = keys.map((key) => toChange(key, earlier.get(key) ?? null, later.get(key) ?? null));
  return changes.sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
}

/** What of the positions is worth a look: what changed, or else what differs from the plan. @param isCompared there is an earlier side */
export function listDiffering(changes: readonly PositionChange[], isCompared: boolean): PositionChange[] {
  if (isCompared) return changes.filter(({ change }) => change !== 'SAME' && change !== 'UNKNOWN');
  return changes.filter(({ after }) => after !== null && (worthOf(after) ?? 1) < 1);
}

/** A product of a position, in the picture of one analysis. */
export interface Mark {
  id: string;
  box: Box;
  change: Change;
}

/** The products of these positions on one of the sides, by the analysis of the picture that shows them. */
export function marksOf(changes: readonly PositionChange[], side: 'before' | 'after'): ReadonlyMap<string, Mark[]> {
  const marks = new Map<string, Mark[]>();
  for (const { change, [side]: position } of changes)
    if (position !== null) {
      const { id } = position.analysis;
      const found = position.detections.map((detection) => ({ ...detection, change }));
      marks.set(id, [...(marks.get(id) ?? []), ...found]);
    }
  return marks;
}

const order: Change[] = ['WORSE', 'BETTER', 'OTHER', 'UNKNOWN', 'SAME'];

function byKey(judged: readonly Judged[]): Map<string, Position> {
  return new Map(
    judged.flatMap(({ planogram, positions }) =>
      positions.map((position) => [
        `${planogram?.id} ${position.shelf} ${position.position} ${position.catalogItem.id}`,
        position,
      ]),
    ),
  );
}

function toChange(key: string, before: Position | null, after: Position | null): PositionChange {
  return { key, before, after, change: changeBetween(before, after) };
}

function changeBetween(before: Position | null, after: Position | null): Change {
  if (before === null || after === null) return 'OTHER';
  const [earlier, later] = [worthOf(before), worthOf(after)];
  if (earlier === null || later === null) return 'UNKNOWN';
  if (later !== earlier) return later < earlier ? 'WORSE' : 'BETTER';
  return before.status === after.status && before.found === after.found ? 'SAME' : 'OTHER';
}

/** What it counts in a score, 0 to 1; null: it says nothing. */
function worthOf({ status, visible, found }: Position): number | null {
  if (status === 'NOT_SEEN' || status === 'UNIDENTIFIED') return null;
  if (status === 'FOUND') return 1;
  if (status === 'TOO_FEW_FACINGS') return found / visible;
  if (status === 'TOO_MANY_FACINGS') return visible / found;
  return 0;
}

interface Picture {
  /** null: its task computes no shares. */
  shares: readonly { catalogItem: Item | null; facings: number }[] | null;
}

/** How many facings an item has on all pictures together; null: in no catalogue. */
export interface FacingChange {
  item: Item | null;
  before: number;
  after: number;
}

/** The items whose number of facings differs, those that differ most first. null: of a picture the facings are not known. */
export function compareFacings(before: readonly Picture[], after: readonly Picture[]): FacingChange[] | null {
  const changes = new Map<string, FacingChange>();
  for (const [pictures, side] of [
    [before, 'before'],
    [after, 'after'],
  ] as const)
    for (const { shares } of pictures) {
      if (shares === null) return null;
      for (const { catalogItem: item, facings } of shares) {
        const change = changes.get(item?.id ?? '') ?? { item, before: 0, after: 0 };
        change[side] += facings;
        changes.set(item?.id ?? '', change);
      }
    }
  const size = (change: FacingChange) => Math.abs(change.after - change.before);
  return [...changes.values()].filter((change) => size(change) > 0).sort((a, b) => size(b) - size(a));
}
