import sharp from 'sharp';
import { createPlanogram } from '../../api/planograms/client.ts';
import { exampleFile, exampleProducts, exampleShelf, type Rectangle } from '../../support/examples.ts';
import { awaitActive, awaitEnd, createExampleItem, createTask, submitBatch } from '../../support/recognition.ts';
import type { User } from '../../support/user.ts';

const shelf = 'shelves/1-breakfast.jpg';
const missing = 'wimborel-mint-tea';
const slugs = ['dunnaby-plum-jam', 'kolvaro-dark-roast', 'wimborel-rosehip-tea', 'querrick-oat-rings', missing];

/** A place with a planogram, and pictures of its shelf to be sent: as planned, and with a product missing. */
export interface ShelfPlace {
  taskId: string;
  planogramId: string;
  /** Of which the planogram was made; it belongs to another place. */
  modelId: string;
  asPlanned: Blob;
  withoutMint: Blob;
}

/** Recognises a shelf once, and makes the planogram of `placeId` from it. */
export async function prepareShelfPlace(user: User, placeId: string): Promise<ShelfPlace> {
  const products = await exampleProducts(...slugs);
  const items = await Promise.all(products.map((product) => createExampleItem(user, product)));
  await awaitActive(user, items);
  const taskId = await createTask(user, {
    name: 'Shelf audit',
    computeShares: true,
    alertRules: { itemMissing: true },
  });
  const asPlanned = await exampleFile(shelf);
  const submitted = await submitBatch(user, [{ file: asPlanned, externalId: 'model.jpg' }], { taskId });
  await awaitEnd(user, submitted);
  const modelId = submitted.ids[0]!;
  const { id } = await createPlanogram(user, { name: 'Breakfast bay', placeId, content: { analysisId: modelId } });
  return { taskId, planogramId: id, modelId, asPlanned, withoutMint: await cover(asPlanned, missing) };
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
