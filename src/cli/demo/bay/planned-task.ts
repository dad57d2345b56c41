import type { Client } from '../../client.ts';
import { expectType, type UnionResult } from '../../expect-type.ts';
import type { Item } from '../catalogue.ts';

const name = 'Demo: compare a bay with its plan';

const find = /* GraphQL */ `
  query FindBayTask($name: String!) {
    tasks(first: 1, filter: { name: $name }) { nodes { id } }
  }
`;

const createTask = /* GraphQL */ `
  mutation CreateBayTask($input: CreateTaskInput!) {
    createTask(input: $input) {
      __typename
      ... on Task { id }
      ... on UserError { message }
    }
  }
`;

const createPlanogram = /* GraphQL */ `
  mutation CreatePlanogram($input: CreatePlanogramInput!) {
    createPlanogram(input: $input) {
      __typename
      ... on Planogram { id }
      ... on UserError { message }
    }
  }
`;

/**
 * The id of the task, which an earlier demo with the same data directory may have created with its planogram.
 * @param plan path of a CSV file
 */
export async function ensureBayTask(client: Client, items: readonly Item[], plan: string): Promise<string> {
  const { tasks } = await client.request<{ tasks: { nodes: { id: string }[] } }>(find, { name });
  const existing = tasks.nodes[0];
  if (existing) return existing.id;
  const catalogItemIds = items.map(({ id }) => id);
  const created = await client.request<{ createTask: UnionResult & { id: string } }>(createTask, {
    input: { name, catalogItemIds, findGaps: true, readText: true, currency: 'EUR' },
  });
  const { id: taskId } = expectType(created.createTask, 'Task', 'The task of the bay could not be created');
  const planned = await client.upload<{ createPlanogram: UnionResult }>(
    createPlanogram,
    { input: { name: 'Whole bay', taskId, content: { csv: null } } },
    { 'input.content.csv': plan },
  );
  expectType(planned.createPlanogram, 'Planogram', 'The planogram of the bay was not accepted');
  return taskId;
}
