import type { Client } from '../../src/cli/client.ts';
import { submitPictures } from '../../src/cli/demo/batch.ts';
import { exampleShelves } from '../../src/cli/demo/pictures.ts';

/** A batch that is long enough to be interrupted in its middle. */
export async function submitLongBatch(
  client: Client,
  taskId: string,
  pictureCount: number,
): Promise<{ id: string; eventCursor: string }> {
  const shelves = await exampleShelves();
  const pictures = Array.from({ length: pictureCount }, (_, index) => shelves[index % shelves.length]!);
  return submitPictures(client, taskId, pictures);
}
