import { describeImport, importCatalogue } from '../catalog/import-catalogue.ts';
import type { Client } from '../client.ts';
import type { Screen } from '../screen.ts';
import { type SubmittedBatch, submitPictures } from './batch.ts';
import { awaitActive, ensureItem, type Item } from './catalogue.ts';
import { exampleProducts } from './examples.ts';
import { followBatch, hasEnded, type StatusChange } from './follow.ts';
import type { Picture } from './pictures.ts';
import { printChange } from './report.ts';

/** The products to look for, as catalogue items that can be recognised. @param own path of a catalogue; null: the example products */
export async function prepareCatalogue(client: Client, screen: Screen, own: string | null): Promise<Item[]> {
  const items = own === null ? await sendExamples(client, screen) : await importOwn(client, screen, own);
  screen.stage('Indexing the catalogue pictures', items.length);
  await awaitActive(client, items, () => screen.advance());
  return items;
}

async function sendExamples(client: Client, screen: Screen): Promise<Item[]> {
  const products = await exampleProducts();
  screen.line(`Catalogue: ${products.length} products, one picture each.`);
  screen.stage('Sending the catalogue', products.length);
  const items: Item[] = [];
  for (const product of products) {
    items.push(await ensureItem(client, product));
    screen.advance();
  }
  return items;
}

async function importOwn(client: Client, screen: Screen, path: string): Promise<Item[]> {
  const imported = await importCatalogue(client, screen, { path, dryRun: false });
  for (const line of describeImport(imported, false)) screen.line(line);
  if (imported.items.length === 0) throw new Error(`${path} has no product that can be used; the reasons stand above.`);
  return imported.items;
}

/**
 * Submits the pictures and prints every change as it is pushed.
 * @returns how each picture ended, in the order of the pictures
 */
export async function recognise(
  client: Client,
  screen: Screen,
  taskId: string,
  pictures: readonly Picture[],
): Promise<StatusChange[]> {
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
    printChange(screen, { at: change.at, name: change.picture.name, status: change.status }, nameWidth);
    if (!hasEnded(change.status)) continue;
    endings.set(change.picture, change);
    screen.advance();
  }
  return endings;
}
