import type { Transaction } from 'kysely';
import { insertItemWithPictures } from '../catalog/create-item.ts';
import { lockItem } from '../catalog/imports/imported-items.repository.ts';
import { checkItemFields, type ItemFields } from '../catalog/item-fields.ts';
import type { DB } from '../database/types.generated.ts';
import { newId } from '../ids.ts';
import { addCutImage } from '../images/cutting/add-cut-image.ts';
import { ConflictError, ValidationError } from '../user-error.ts';
import { invalidRow, type RowProblem } from './problem.ts';
import type { Target } from './targets.ts';

/** A product that is not in the catalogue yet. */
export type NewItem = ItemFields & { name: string };

/** Why a target cannot become an item; null: it can. @param isNarrowed whether the caller is limited to tasks or places */
export function newItemProblem(item: NewItem, { run }: Target, isNarrowed: boolean): RowProblem | null {
  const path = ['verdict', 'newItem'];
  if (isNarrowed)
    return invalidRow(
      path,
      'The session token is limited to some tasks or places and cannot create items. Name an item with catalogItemId.',
    );
  const issues = checkItemFields(item);
  if (issues.length > 0)
    return new ValidationError(issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })));
  if (run.image_id !== null) return null;
  return new ConflictError(
    'The image was deleted, so it cannot show the new item. Create the item with createCatalogItem, and name it with catalogItemId.',
  );
}

/** Finds or creates the items of one request. Two rows with the same customId are about one item. */
export class NewItems {
  readonly #trx: Transaction<DB>;
  readonly #organizationId: string;
  readonly #byCustomId = new Map<string, string>();

  constructor(trx: Transaction<DB>, organizationId: string) {
    this.#trx = trx;
    this.#organizationId = organizationId;
  }

  /**
   * The item with this customId, if there is one that is not archived; otherwise a new one, whose thumbnail is what the box shows.
   * It is INDEXING until a worker has cut that out and embedded it.
   * @returns its id
   * @throws the database's error if another request creates an item with this customId at the same time
   */
  async take(item: NewItem, target: Target): Promise<string> {
    const { customId } = item;
    if (customId == null) return this.#create(item, target);
    const id =
      this.#byCustomId.get(customId) ??
      (await lockItem(this.#trx, this.#organizationId, customId))?.id ??
      (await this.#create(item, target));
    this.#byCustomId.set(customId, id);
    return id;
  }

  async #create(item: NewItem, { run, box, changedBox }: Target): Promise<string> {
    const id = newId();
    const imageId = await addCutImage(this.#trx, this.#organizationId, {
      fromImageId: run.image_id!,
      box: changedBox ?? box,
    });
    await insertItemWithPictures(this.#trx, this.#organizationId, { id, fields: item, imageIds: [imageId] });
    return id;
  }
}
