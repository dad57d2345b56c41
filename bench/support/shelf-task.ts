import type { Client } from '../../src/cli/client.ts';
import { awaitActive, ensureItem, type Item } from '../../src/cli/demo/catalogue.ts';
import { exampleProducts } from '../../src/cli/demo/examples.ts';
import { ensureTask } from '../../src/cli/demo/task.ts';

/** A task that looks for the example products, all of which can be recognised when this resolves. */
export async function prepareShelfTask(client: Client): Promise<string> {
  const items: Item[] = [];
  for (const product of await exampleProducts()) items.push(await ensureItem(client, product));
  await awaitActive(client, items, () => {});
  return ensureTask(client, items);
}
