import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import { findPipelinesInUse } from '../../../src/tasks/pipelines-in-use.repository.ts';
import { exampleProducts } from '../../support/examples.ts';
import { addProjectModels } from '../../support/pinned-models.ts';
import { awaitActive, createExampleItem, createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser } from '../../support/user.ts';

/** Pipelines that share an embedder or a verifier: the project's own, and one more with a verifier of its own. */
let modelsDir: string;
let sightline: TestSightline;
beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'sightline-models-'));
  await addProjectModels(modelsDir);
  await cp(join(modelsDir, 'local-features/1'), join(modelsDir, 'other-features/1'), { recursive: true });
  await edit('other-features/1/manifest.json', (text) => text.replace('"local-features",', '"other-features",'));
  await cp(join(modelsDir, 'pipelines/shelf-3.json'), join(modelsDir, 'pipelines/other-1.json'));
  await edit('pipelines/other-1.json', (text) =>
    text
      .replace('"name":"shelf"', '"name":"other"')
      .replace('"version":"3"', '"version":"1"')
      .replace('local-features@1', 'other-features@1'),
  );
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1', MODELS_DIR: modelsDir } });
});
afterAll(async () => {
  await sightline?.close();
  await rm(modelsDir, { recursive: true, force: true });
});

async function edit(name: string, change: (text: string) => string): Promise<void> {
  const file = join(modelsDir, name);
  await writeFile(file, change(await readFile(file, 'utf8')));
}

test('an item is described once by each model, whichever pipelines share one', async () => {
  const pipelines = await findPipelinesInUse(sightline.database.db, await loadPipelines(modelsDir));
  const models = (read: (pipeline: (typeof pipelines)[number]) => string | null) =>
    [...new Set(pipelines.flatMap((pipeline) => read(pipeline) ?? []))].sort();
  const [product] = await exampleProducts('querrick-oat-rings');
  const user = createUser(sightline);
  const id = await createExampleItem(user, product!);
  await awaitActive(user, [id]);
  const stored = async (table: 'catalog_embedding' | 'catalog_features') => {
    const rows = await sightline.database.db
      .selectFrom(table)
      .select('model')
      .where('catalog_item_id', '=', decodeId('catalogItem', id)!)
      .execute();
    return rows.map(({ model }) => model).sort();
  };
  expect(await stored('catalog_embedding')).toEqual(models(({ embedderVersion }) => embedderVersion));
  expect(await stored('catalog_features')).toEqual(models(({ verifierVersion }) => verifierVersion));
  expect(await stored('catalog_features')).toEqual(['local-features@2', 'other-features@1']);
  // An earlier version of a pipeline has models of its own, which nobody needs until a task names it.
  await createTask(user, { pipeline: 'shelf@5' });
  await expect
    .poll(() => stored('catalog_features'), { timeout: 30_000 })
    .toEqual(['local-features@1', 'local-features@2', 'other-features@1']);
});
