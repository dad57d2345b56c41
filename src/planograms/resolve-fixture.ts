import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { GivenId } from '../given-id.ts';
import type { Fixture, Orientation } from '../recognition/compliance/plan.ts';
import { ValidationError, type ValidationIssue } from '../user-error.ts';
import { checkShelves, type GivenShelf } from './fixture-rules.ts';
import { findPlannedItems, type PlannedItem } from './planned-items.repository.ts';

/** An item as a client names it. */
export type ItemName = { id: GivenId } | { customId: string };

/**
 * The fixture that shelves describe, with the widths of items where the shelves say none.
 * @param pathOf where in the input a position is, for messages
 * @throws ValidationError for everything that is wrong with it
 */
export async function resolveFixture(
  db: Kysely<DB>,
  organizationId: string,
  {
    shelves,
    path,
    pathOf,
  }: { shelves: readonly GivenShelf<ItemName>[]; path: readonly string[]; pathOf: PositionPath },
): Promise<Fixture> {
  const faults = checkShelves(shelves, path);
  if (faults.length > 0) throw new ValidationError(faults);
  const find = await readItems(db, organizationId, shelves);
  // Once each: a plan that is made of an analysis has one path for all of its positions.
  const issues = new Map<string, ValidationIssue>();
  const resolved = shelves.map(({ height, width, positions }, shelf) => ({
    height,
    width,
    positions: positions.flatMap(({ item: name, ...position }, index) => {
      const item = find(name);
      const fault = itemFault(name, item);
      if (fault !== null) {
        const issue = { path: pathOf(shelf, index), message: fault };
        issues.set(JSON.stringify(issue), issue);
      }
      if (!item) return [];
      return [{ ...position, itemId: item.id, width: position.width ?? facingWidth(item, position.orientation) }];
    }),
  }));
  if (issues.size > 0) throw new ValidationError([...issues.values()]);
  return { shelves: resolved };
}

/** The path of the item of a position. */
export type PositionPath = (shelf: number, position: number) => string[];

async function readItems(db: Kysely<DB>, organizationId: string, shelves: readonly GivenShelf<ItemName>[]) {
  const names = shelves.flatMap(({ positions }) => positions.map(({ item }) => item));
  const items = await findPlannedItems(db, organizationId, {
    ids: [...new Set(names.flatMap((name) => ('id' in name ? (name.id.uuid ?? []) : [])))],
    customIds: [...new Set(names.flatMap((name) => ('id' in name ? [] : name.customId)))],
  });
  const byId = new Map(items.map((item) => [item.id, item]));
  const byCustomId = new Map(items.flatMap((item) => (item.isArchived ? [] : [[item.customId, item] as const])));
  return (name: ItemName) => ('id' in name ? byId.get(name.id.uuid ?? '') : byCustomId.get(name.customId));
}

function itemFault(name: ItemName, item: PlannedItem | undefined): string | null {
  const said = 'id' in name ? `id "${name.id.text}"` : `customId "${name.customId}"`;
  if (!item)
    return `No item of the catalogue has the ${said}. Create the item first, or correct the ${said.split(' ')[0]}.`;
  return item.isArchived ? `The item ${said} is archived, so analyses do not look for it.` : null;
}

/** Of the side of a product that faces the customer, in metres. */
function facingWidth({ width, depth }: PlannedItem, orientation: Orientation): number | null {
  return orientation === 'LEFT_SIDE' || orientation === 'RIGHT_SIDE' ? depth : width;
}
