import type { Client } from '../client.ts';
import { expectType, type UnionResult } from '../expect-type.ts';
import type { Item } from './catalogue.ts';

const taskName = 'Demo: find the example products';

const findTask = /* GraphQL */ `
  query FindTask($name: String!) {
    tasks(first: 1, filter: { name: $name }) { edges { node { id } } }
  }
`;

const createTaskMutation = /* GraphQL */ `
  mutation CreateTask($input: CreateTaskInput!) {
    createTask(input: $input) {
      __typename
      ... on Task { id }
      ... on UserError { message }
    }
  }
`;

/** The id of the task that looks for the items; an earlier demo with the same data directory may have created it. */
export async function ensureTask(client: Client, items: readonly Item[]): Promise<string> {
  const found = await client.request<{ tasks: { edges: { node: { id: string } }[] } }>(findTask, { name: taskName });
  const existing = found.tasks.edges[0];
  return existing ? existing.node.id : createTask(client, items, taskName);
}

/** @returns the id of a new task that looks for the items */
export async function createTask(
  client: Client,
  items: readonly Item[],
  name = 'Demo: find my products',
): Promise<string> {
  const created = await client.request<{ createTask: UnionResult & { id: string } }>(createTaskMutation, {
    input: { name, catalogItemIds: items.map(({ id }) => id) },
  });
  return expectType(created.createTask, 'Task', 'The task could not be created').id;
}
