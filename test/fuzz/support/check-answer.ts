import { loadConfig } from '../../../src/config.ts';
import type { Answer } from '../../support/client.ts';
import type { Operation } from './operations.ts';

const { maxResponseBytes } = loadConfig({});

/** A list of nothing but cursors costs 1: a connection, its pageInfo and at most 100 edges. */
const objectsPerCost = 102;

/** What of an answer must never be, whatever was asked; empty: nothing. */
export function faultsOf(
  answer: Answer,
  asked: Operation,
  foreign: { ids: readonly string[]; marker: string },
): string[] {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  const request = JSON.stringify(asked);
  const faults: string[] = [];
  if (answer.status >= 500) faults.push(`status ${answer.status}`);
  if (text.length > maxResponseBytes) faults.push(`${text.length} characters`);
  for (const error of answer.body?.errors ?? [])
    if (error.extensions?.code === 'INTERNAL' || error.extensions?.code === undefined)
      faults.push(`error ${JSON.stringify(error)}`);
  if (text.includes(foreign.marker)) faults.push('text of another organisation');
  for (const id of foreign.ids)
    if (text.includes(id) && !request.includes(id)) faults.push(`id ${id} of another organisation`);
  const charged = answer.body?.extensions?.cost?.requestedQueryCost;
  const nodes = countNodes(answer.body?.data);
  if (typeof charged === 'number' && nodes > objectsPerCost * charged)
    faults.push(`${nodes} objects for a cost of ${charged}`);
  return faults;
}

/**
 * Objects of the answer but its root, which the cost of an operation is an upper bound of. All fields of generated operations have
 * aliases, so an object with other keys is a JSON scalar.
 */
function countNodes(data: unknown): number {
  const count = (value: unknown): number => {
    if (Array.isArray(value)) return value.reduce((sum: number, entry) => sum + count(entry), 0);
    if (value === null || typeof value !== 'object') return 0;
    if (!Object.keys(value).every((key) => /^f\d+$|^__typename$/.test(key))) return 0;
    return 1 + Object.values(value).reduce((sum: number, entry) => sum + count(entry), 0);
  };
  return Math.max(0, count(data ?? null) - 1);
}
