import type { Client } from '../../src/cli/client.ts';
import { awaitActive, ensureItem, type Item } from '../../src/cli/demo/catalogue.ts';
import { exampleProducts } from '../../src/cli/demo/examples.ts';
import { ensureTask } from '../../src/cli/demo/task.ts';
import { expectType, type UnionResult } from '../../src/cli/expect-type.ts';

const createTask = /* GraphQL */ `
  mutation CreateTask($input: CreateTaskInput!) {
    createTask(input: $input) {
      __typename
      ... on Task { id }
      ... on UserError { message }
    }
  }
`;

/** A task that looks for the example products, all of which can be recognised when this resolves. */
export async function prepareShelfTask(client: Client): Promise<string> {
  return ensureTask(client, await prepareItems(client));
}

/** The same with a pipeline other than the default. */
export async function prepareTaskWith(client: Client, pipeline: string): Promise<string> {
  const catalogItemIds = (await prepareItems(client)).map(({ id }) => id);
  const input = { name: `Bench: ${pipeline}`, pipeline, catalogItemIds };
  const created = await client.request<{ createTask: UnionResult & { id: string } }>(createTask, { input });
  return expectType(created.createTask, 'Task', 'The task could not be created').id;
}

async function prepareItems(client: Client): Promise<Item[]> {
  const items: Item[] = [];
  for (const product of await exampleProducts()) items.push(await ensureItem(client, product));
  await awaitActive(client, items, () => {});
  return items;
}
