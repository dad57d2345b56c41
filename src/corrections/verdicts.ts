import type { CorrectionRow } from '../analyses/corrections/correction.ts';
import type { GivenId } from '../given-id.ts';
import { NotFoundError } from '../user-error.ts';
import { type NewItem, type NewItems, newItemProblem } from './new-items.ts';
import { invalidRow, type RowProblem } from './problem.ts';
import type { Target } from './targets.ts';

/** What a person says about the target. */
export type GivenVerdict =
  | { catalogItemId: GivenId }
  | { newItem: NewItem }
  | 'UNKNOWN'
  | 'NOT_A_PRODUCT'
  /** The field that was set to false, which says nothing. */
  | { isFalse: 'unknown' | 'notAProduct' };

/** The ids of the items that verdicts name, also of those that do not exist. */
export function namedItems(verdicts: readonly GivenVerdict[]): GivenId[] {
  return verdicts.flatMap((said) => (typeof said === 'object' && 'catalogItemId' in said ? [said.catalogItemId] : []));
}

export interface VerdictContext {
  /** Of the items that exist and that the caller sees. */
  itemIds: ReadonlySet<string>;
  newItems: NewItems;
  /** Whether the caller is limited to tasks or places. */
  isNarrowed: boolean;
}

type Verdict = Pick<CorrectionRow, 'verdict' | 'catalog_item_id'>;

/** A verdict as it is stored, or why it cannot be. An item that is new is created. */
export async function resolveVerdict(
  said: GivenVerdict,
  target: Target,
  { itemIds, newItems, isNarrowed }: VerdictContext,
): Promise<Verdict | RowProblem> {
  if (said === 'NOT_A_PRODUCT' && target.isNew && target.index === null)
    return invalidRow(['verdict', 'notAProduct'], 'Nothing was found in the box, so there is nothing to correct.');
  if (typeof said === 'string') return { verdict: said, catalog_item_id: null };
  if ('isFalse' in said) return invalidRow(['verdict', said.isFalse], 'It is false; expected true.');
  if ('newItem' in said) {
    const problem = newItemProblem(said.newItem, target, isNarrowed);
    return problem ?? { verdict: 'ITEM', catalog_item_id: await newItems.take(said.newItem, target) };
  }
  const { text, uuid } = said.catalogItemId;
  if (uuid === null || !itemIds.has(uuid)) return new NotFoundError(text);
  return { verdict: 'ITEM', catalog_item_id: uuid };
}
