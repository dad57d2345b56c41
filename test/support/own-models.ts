import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShrinkingSettings } from '../../src/models/pipeline-file.ts';
import type { PartsRule } from '../../src/recognition/parts.ts';
import type { TypicalWidthRule } from '../../src/recognition/typical-width.ts';
import { colourModel } from './onnx.ts';

/** A model as a user would bring it; what is left out is as in `makeManifest`. */
export interface OwnModel {
  name: string;
  version?: string;
  kind: 'detector' | 'embedder' | 'classifier';
  /** Its variant fp32. */
  onnx: Buffer;
  /** Its variant int8, which is the default one then; threshold: of a detector. */
  int8?: { onnx: Buffer; threshold: number };
  output: object;
  labels?: readonly unknown[];
  input?: Record<string, unknown>;
}

/** Side of the input frame, in pixels, of models that say nothing else. */
export const frameSide = 64;

/** A MODELS_DIR without anything yet; the caller removes it. */
export async function makeModelsDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-models-'));
  await mkdir(join(folder, 'pipelines'));
  return folder;
}

export async function writeModel(modelsDir: string, model: OwnModel): Promise<void> {
  const home = join(modelsDir, model.name, model.version ?? '1');
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'model.onnx'), model.onnx);
  if (model.int8) await writeFile(join(home, 'model.int8.onnx'), model.int8.onnx);
  await writeFile(join(home, 'manifest.json'), JSON.stringify(makeManifest(model)));
}

export function sha256Of(onnx: Buffer): string {
  return createHash('sha256').update(onnx).digest('hex');
}

function makeManifest({ name, version = '1', kind, onnx, int8, output, labels = [], input = {} }: OwnModel) {
  const variant = (file: string, bytes: Buffer, threshold: number) => ({
    ...{ file, sha256: sha256Of(bytes) },
    ...(kind === 'detector' && { threshold }),
  });
  return {
    name,
    version,
    kind,
    description: 'Made by a test.',
    input: {
      name: 'image',
      width: frameSide,
      height: frameSide,
      resize: 'stretch',
      colorOrder: 'RGB',
      range: '0..1',
      mean: [0, 0, 0],
      std: [1, 1, 1],
      padValue: 0,
      batch: [1],
      ...input,
    },
    output,
    labels,
    variants: {
      fp32: variant('model.onnx', onnx, 0.5),
      ...(int8 && { int8: variant('model.int8.onnx', int8.onnx, int8.threshold) }),
    },
    defaultVariant: int8 ? 'int8' : 'fp32',
    licence: 'Apache-2.0',
    provenance: [{ source: 'the tests of the project', licence: 'Apache-2.0', use: 'all of it' }],
  };
}

interface OwnPipeline {
  name: string;
  version?: string;
  detector: string;
  variant?: string;
  shrinking?: ShrinkingSettings;
  typicalWidth?: TypicalWidthRule;
  parts?: PartsRule;
}

/** A pipeline `name@version` of a detector, given as name@version, and the embedder of `writeMeanEmbedder`. */
export async function writeProductPipeline(
  modelsDir: string,
  { name, version = '1', detector, variant, shrinking, typicalWidth, parts }: OwnPipeline,
): Promise<void> {
  const pipeline = {
    name,
    version,
    taskTypes: ['DETECTION'],
    threshold: 0.5,
    maxDetections: 100,
    steps: { detector: { model: detector, variant, nmsIou: 0.5 }, embedder: { model: 'means@1' } },
    tiling: { whenNarrowerThan: 0, targetWidth: 1, overlap: 0.2, maxTilesPerSide: 1 },
    matching: { acceptConfidence: 0.6, temperature: 0.046, noneCosine: 0.04 },
    shrinking,
    typicalWidth,
    parts,
  };
  await writeFile(join(modelsDir, 'pipelines', `${name}-${version}.json`), JSON.stringify(pipeline));
}

/**
 * The embedder `means@1`: red, green and blue of a picture, each 0..1, and 1.
 * @param describedIn bytes of a description in its file, which is as much larger.
 */
export async function writeMeanEmbedder(modelsDir: string, describedIn = 0): Promise<void> {
  const values = [[0, 1, 0, 0] as const, [0, 0, 1, 0] as const, [0, 0, 0, 1] as const, 1];
  await writeModel(modelsDir, {
    name: 'means',
    kind: 'embedder',
    onnx: colourModel([{ name: 'embedding', dims: [4], values }], { describedIn }),
    output: { decoder: 'embedding', tensors: { embedding: 'embedding' }, dimensions: 4 },
  });
}
