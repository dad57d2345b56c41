import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { colourClassifier } from './onnx.ts';
import { addProjectModels } from './pinned-models.ts';

const labels = [
  { name: 'red', group: 'warm' },
  { name: 'orange', group: 'warm' },
  { name: 'blue', group: 'cold' },
  { name: 'grey' },
];
/** Plain red makes the logits 10, 8, 0, 3, plain blue 0, -6, 10, 3. */
const weights = [
  [10, -10, 0],
  [8, 2, -6],
  [0, -10, 10],
  [3, 3, 3],
] as const;

/**
 * A MODELS_DIR in a new folder: a classifier of plain colours with its pipeline `colours`, beside the models of the project,
 * whose own pipeline for labels is left out: it would be the default.
 * @param options labels: in place of those that the model has; withOthers: false leaves the project's out.
 */
export async function makeColourModels(
  options: { labels?: readonly object[]; withOthers?: boolean } = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-models-'));
  await mkdir(join(folder, 'pipelines'));
  if (options.withOthers ?? true) await addProjectModels(folder, ['classify.json']);
  const onnx = colourClassifier(weights);
  const home = join(folder, 'colours/1');
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'colours.onnx'), onnx);
  await writeFile(join(home, 'manifest.json'), JSON.stringify(manifest(onnx, options.labels ?? labels)));
  const steps = { classifier: { model: 'colours@1' } };
  const pipeline = { name: 'colours', version: '1', taskTypes: ['CLASSIFICATION', 'FILTER'], threshold: 0.1, steps };
  await writeFile(join(folder, 'pipelines/colours.json'), JSON.stringify(pipeline));
  return folder;
}

function manifest(onnx: Buffer, labels: readonly object[]) {
  return {
    name: 'colours',
    version: '1',
    kind: 'classifier',
    description: 'Tells plain colours.',
    input: {
      name: 'image',
      width: 16,
      height: 16,
      resize: 'stretch',
      colorOrder: 'RGB',
      range: '0..1',
      mean: [0, 0, 0],
      std: [1, 1, 1],
      padValue: 0,
      batch: [1],
    },
    output: { decoder: 'logits', tensors: { logits: 'logits' } },
    labels,
    variants: { fp32: { file: 'colours.onnx', sha256: createHash('sha256').update(onnx).digest('hex') } },
    defaultVariant: 'fp32',
    licence: 'Apache-2.0',
    provenance: [{ source: 'the tests of the project', licence: 'Apache-2.0', use: 'all of it' }],
  };
}
