import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AnalysisEvent } from './operations.ts';

export interface Arguments {
  url: string;
  apiKey: string;
  taskId: string;
  pictures: File[];
}

/**
 * How to call each recipe in this folder: `SIGHTLINE_API_KEY=… npm run node examples/clients/<recipe>.ts <task id> <picture>…`.
 * SIGHTLINE_URL is the address of the gateway. Default: http://127.0.0.1:4000.
 */
export async function readArguments(): Promise<Arguments> {
  const { SIGHTLINE_URL: url = 'http://127.0.0.1:4000', SIGHTLINE_API_KEY: apiKey } = process.env;
  const [taskId, ...paths] = process.argv.slice(2);
  if (!apiKey || !taskId || paths.length === 0)
    throw new Error('Set SIGHTLINE_API_KEY, and pass the id of a task and at least one picture.');
  const pictures = paths.map(async (path) => new File([await readFile(path)], basename(path)));
  return { url, apiKey, taskId, pictures: await Promise.all(pictures) };
}

/** One line for people. */
export function print(event: AnalysisEvent): void {
  if (event.__typename === 'StreamResync') console.log(`Some changes were missed (${event.reason}).`);
  else console.log(event.analysisId, event.status, event.analysis?.failure?.message ?? '');
}
