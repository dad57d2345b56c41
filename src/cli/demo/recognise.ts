import type { Client } from '../client.ts';
import type { Screen } from '../screen.ts';
import { type SubmittedBatch, submitPictures } from './batch.ts';
import { awaitActive, ensureItem, type Item } from './catalogue.ts';
import { exampleProducts } from './examples.ts';
import { followBatch, hasEnded, type StatusChange } from './follow.ts';
import type { Picture } from './pictures.ts';
import { printChange } from './report.ts';
import { ensureTask } from './task.ts';

/** The example products as catalogue items that can be recognised. */
export async function prepareCatalogue(client: Client, screen: Screen): Promise<Item[]> {
  const products = await exampleProducts();
  screen.line(`Catalogue: ${products.length} products, one picture each.`);
  screen.stage('Sending the catalogue', products.length);
  const items: Item[] = [];
  for (const product of products) {
    items.push(await ensureItem(client, product));
    screen.advance();
  }
  screen.stage('Indexing the catalogue pictures', items.length);
  await awaitActive(client, items, () => screen.advance());
  return items;
}

/**
 * Submits the pictures and prints every change as it is pushed.
 * @returns how each picture ended, in the order of the pictures
 */
export async function recognise(
  client: Client,
  screen: Screen,
  items: readonly Item[],
  pictures: readonly Picture[],
): Promise<StatusChange[]> {
  const taskId = await ensureTask(client, items);
  screen.line(`Batch: ${pictures.length} ${pictures.length === 1 ? 'picture' : 'pictures'} in one request.`);
  screen.line();
  screen.stage('Sending the pictures');
  const batch = await submitPictures(client, taskId, pictures);
  screen.stage('Recognising', pictures.length);
  const endings = await printUntilEnd(client, screen, batch);
  return pictures.flatMap((picture) => endings.get(picture) ?? []);
}

async function printUntilEnd(
  client: Client,
  screen: Screen,
  batch: SubmittedBatch,
): Promise<Map<Picture, StatusChange>> {
  const nameWidth = Math.max(...batch.pictures.values().map(({ name }) => name.length));
  const endings = new Map<Picture, StatusChange>();
  for await (const change of followBatch(client, batch)) {
    printChange(screen, change, nameWidth);
    if (!hasEnded(change.status)) continue;
    endings.set(change.picture, change);
    screen.advance();
  }
  return endings;
}
