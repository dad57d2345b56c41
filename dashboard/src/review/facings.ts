import type { ChoiceFragment, FacingFragment } from './review.generated.ts';

/** What a person says about a facing. */
export type Verdict =
  | { kind: 'ITEM'; itemId: string }
  /** It is put into the catalogue under this name. */
  | { kind: 'NEW_ITEM'; name: string }
  | { kind: 'UNKNOWN' }
  | { kind: 'NOT_A_PRODUCT' };

/** As many as there are keys for them. */
const mostChoices = 5;
/** Below it a look is not worth the time: at best one in ten is wrong. */
const worthALook = 0.1;

/**
 * How probable it is that what was found is wrong, 0 to 1. Of a named facing: that it is not this item, or that it looks more like
 * another one, where its neighbours decided. Of one without a name: that it is the item that it looks most like.
 */
export function doubtOf({ catalogItem, confidence, candidates }: FacingFragment): number {
  const [best] = candidates;
  if (catalogItem === null) return best?.confidence ?? 0;
  const other = best && best.catalogItem.id !== catalogItem.id ? best.confidence : 0;
  return Math.max(1 - confidence, other);
}

/** The facings that nobody has looked at, the most doubtful first. @param all also those that are hardly in doubt */
export function listDoubtful(facings: readonly FacingFragment[], all: boolean): FacingFragment[] {
  return facings
    .filter((facing) => facing.correction === null && (all || doubtOf(facing) >= worthALook))
    .toSorted((a, b) => doubtOf(b) - doubtOf(a));
}

/** What a facing may be: first what it was named as, then what it looks like. */
export function listChoices({ catalogItem, candidates }: FacingFragment): ChoiceFragment[] {
  const items = [...(catalogItem ? [catalogItem] : []), ...candidates.map((candidate) => candidate.catalogItem)];
  return distinct(items).slice(0, mostChoices);
}

/** What a facing that was missed may be: what stands there most often. */
export function listCommonItems(facings: readonly FacingFragment[]): ChoiceFragment[] {
  const items = facings.flatMap(({ catalogItem }) => catalogItem ?? []);
  const groups = Map.groupBy(items, ({ id }) => id);
  return [...groups.values()]
    .toSorted((a, b) => b.length - a.length)
    .flatMap(([item]) => item ?? [])
    .slice(0, mostChoices);
}

/** Those of `facings` that were taken for the same as this one: whatever it is, they probably are. */
export function listAlike(facing: FacingFragment, facings: readonly FacingFragment[]): FacingFragment[] {
  const taken = takenFor(facing);
  return facings.filter((other) => other.id !== facing.id && taken !== null && takenFor(other) === taken);
}

function takenFor({ catalogItem, candidates }: FacingFragment): string | null {
  if (catalogItem) return `named ${catalogItem.id}`;
  const [best] = candidates;
  return best ? `like ${best.catalogItem.id}` : null;
}

function distinct(items: readonly ChoiceFragment[]): ChoiceFragment[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}
