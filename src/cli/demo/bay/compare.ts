import { join } from 'node:path';
import type { Client } from '../../client.ts';
import type { Screen } from '../../screen.ts';
import { submitPictures } from '../batch.ts';
import type { Item } from '../catalogue.ts';
import { examplesDir } from '../examples.ts';
import { followBatch, hasEnded } from '../follow.ts';
import type { Picture } from '../pictures.ts';
import { type ComparedBay, readComparison } from './comparison.ts';
import { ensureBayTask } from './planned-task.ts';

/** A bay of shelves with the plan of it, from which the picture differs in three places. */
const bay: Picture = { path: join(examplesDir, 'planogram', 'bay.jpg'), name: 'bay.jpg' };
const plan = join(examplesDir, 'planogram', 'plan.csv');

/**
 * Compares the example bay with its planogram: a task of its own, which looks for gaps and reads prices as well.
 * @returns null: the picture could not be analysed
 */
export async function compareBay(client: Client, screen: Screen, items: readonly Item[]): Promise<ComparedBay | null> {
  screen.stage('Comparing a bay with its plan, and reading its prices', 1);
  const taskId = await ensureBayTask(client, items, plan);
  const batch = await submitPictures(client, taskId, [bay]);
  let isAnalysed = false;
  for await (const { status } of followBatch(client, batch)) if (hasEnded(status)) isAnalysed = status === 'SUCCEEDED';
  screen.advance();
  const [analysisId] = batch.pictures.keys();
  return isAnalysed && analysisId ? readComparison(client, analysisId, bay) : null;
}
