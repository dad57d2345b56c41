import sharp from 'sharp';
import { createPlanogram } from '../../api/planograms/client.ts';
import { exampleFile, exampleProducts, exampleShelf, type Rectangle } from '../../support/examples.ts';
import { awaitActive, awaitEnd, createExampleItem, createTask, submitBatch } from '../../support/recognition.ts';
import type { User } from '../../support/user.ts';

const shelf = 'shelves/1-breakfast.jpg';
const missing = 'wimborel-mint-tea';
const slugs = ['dunnaby-plum-jam', 'kolvaro-dark-roast', 'wimborel-rosehip-tea', 'querrick-oat-rings', missing];

/** A task that has recognised a shelf, and pictures of the shelf to be sent: as it was, and with a product missing. */
export interface Shelf {
  taskId: string;
  /** Of the shelf, with a name but without a place. */
  modelId: string;
  asPlanned: Blob;
  withoutMint: Blob;
}

export async function prepareShelf(user: User): Promise<Shelf> {
  const products = await exampleProducts(...slugs);
  const items = await Promise.all(products.map((product) => createExampleItem(user, product)));
  await awaitActive(user, items);
  const rules = { computeShares: true, alertRules: { itemMissing: true } };
  const taskId = await createTask(user, { name: 'Shelf audit', ...rules });
  const asPlanned = await exampleFile(shelf);
  const submitted = await submitBatch(user, [{ file: asPlanned, externalId: 'model.jpg' }], { taskId });
  await awaitEnd(user, submitted);
  return { taskId, modelId: submitted.ids[0]!, asPlanned, withoutMint: await cover(asPlanned, missing) };
}

/** The same with a planogram of `placeId`, which says that the shelf should be as it was. */
export async function prepareShelfPlace(user: User, placeId: string): Promise<Shelf> {
  const prepared = await prepareShelf(user);
  await createPlanogram(user, { name: 'Breakfast bay', placeId, content: { analysisId: prepared.modelId } });
  return prepared;
}

/** The shelf with the colour of its back where a product stood. */
async function cover(picture: Blob, product: string): Promise<Blob> {
  const { facings } = await exampleShelf(shelf);
  const dark = ({ x, y, width, height }: Rectangle) => ({
    input: {
      create: { width: Math.ceil(width), height: Math.ceil(height), channels: 3, background: '#3a322c' },
    } as const,
    left: Math.round(x),
    top: Math.round(y),
  });
  const covers = facings.filter((facing) => facing.product === product).map(({ box }) => dark(box));
  return new Blob([
    new Uint8Array(
      await sharp(await picture.arrayBuffer())
        .composite(covers)
        .jpeg()
        .toBuffer(),
    ),
  ]);
}
