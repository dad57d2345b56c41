import { z } from 'zod';
import { detectorOutput } from './detector-output.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens');
const version = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'letters, digits, dots and hyphens');
const perChannel = z.tuple([z.number(), z.number(), z.number()]);

/** How bytes become the numbers of an input tensor, float32 [batch, 3, height, width]. */
const pixels = {
  name: z.string().min(1),
  colorOrder: z.enum(['RGB', 'BGR']),
  /** Range of a channel before mean is subtracted and the result is divided by std. */
  range: z.enum(['0..1', '0..255']),
  mean: perChannel,
  std: perChannel.refine((values) => values.every((value) => value > 0), 'every std must be above 0'),
  /** 0..255, the grey that fills what the picture leaves of the input. */
  padValue: z.number().min(0).max(255),
};

/** Of a model whose input always has the same size. */
const input = z.strictObject({
  ...pixels,
  width: z.int().min(16).max(4096),
  height: z.int().min(16).max(4096),
  /** letterbox-top-left keeps the proportions and fills the rest at the right or bottom with padValue; stretch does not. */
  resize: z.enum(['letterbox-top-left', 'stretch']),
  /** Batch sizes that the engine runs, each warmed up before the first picture. It runs no others. */
  batch: z.array(z.int().min(1).max(64)).min(1),
});

const variant = z.strictObject({
  /** File name inside the model's folder. */
  file: z.string().regex(/^[^/\\]+\.onnx$/, 'the name of an .onnx file beside the manifest'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits'),
});

const common = {
  name,
  version,
  description: z.string(),
  labels: z.array(z.string()),
  /** The variant of pipelines that name none. */
  defaultVariant: z.string(),
  licence: z.string().min(1),
  provenance: z.array(z.strictObject({ source: z.string(), licence: z.string(), use: z.string() })).min(1),
  /** The commit of the repository whose programs made the files. */
  trainingCommit: z
    .string()
    .regex(/^[0-9a-f]{40}$/, 'a whole commit: 40 lower-case hexadecimal digits')
    .optional(),
};

/** What a picture, or a part of it, shows. FILTER tasks accept pictures by group. */
const label = z.strictObject({ name: z.string().min(1), group: z.string().min(1).nullable().default(null) });

const detector = z
  .strictObject({
    ...common,
    kind: z.literal('detector'),
    /** Its classes, in the order of the scores; a class without a group may be given as its name. None: it has one class. */
    labels: z.array(z.union([z.string(), label])),
    input,
    output: detectorOutput,
    /** threshold: objectness 0..1 below which a box is noise, measured for each variant. */
    variants: z.record(z.string(), variant.extend({ threshold: z.number().min(0).max(1) })),
  })
  .refine(({ output, labels }) => output.decoder !== 'boxes-scores' || labels.length <= 1, {
    path: ['labels'],
    message: 'boxes-scores has one class: give one label at most',
  });

const embedder = z.strictObject({
  ...common,
  kind: z.literal('embedder'),
  input,
  output: z.strictObject({
    decoder: z.literal('embedding'),
    tensors: z.strictObject({ embedding: z.string() }),
    dimensions: z.int().min(2).max(4096),
  }),
  variants: z.record(z.string(), variant),
});

const classifier = z.strictObject({
  ...common,
  kind: z.literal('classifier'),
  input,
  /** One raw score for each label, in their order, [batch, labels]; a softmax turns them into confidences. */
  labels: z.array(label).min(2),
  output: z.strictObject({ decoder: z.literal('logits'), tensors: z.strictObject({ logits: z.string() }) }),
  variants: z.record(z.string(), variant),
});

/** Finds keypoints of one product's picture, described so that two pictures of it can be compared in detail. */
const localFeatures = z.strictObject({
  ...common,
  kind: z.literal('local-features'),
  /**
   * image: float32 [n, 3, side, side], RGB 0..1, the picture top left with its long side `side`, the rest filled by
   * repeating its last row and column. valid: float32 [n, 2], width and height of the picture in pixels.
   */
  input: z.strictObject({ image: z.string().min(1), valid: z.string().min(1), side: z.int().min(64).max(1024) }),
  output: z.strictObject({
    decoder: z.literal('local-features'),
    /** Of k keypoints, strongest first: [n, k, 4], [n, k] where 0 is an empty slot, [n, k, 128], [n, k, 12]. */
    tensors: z.strictObject({
      keypoints: z.string(),
      score: z.string(),
      descriptors: z.string(),
      colors: z.string(),
    }),
  }),
  variants: z.record(z.string(), variant),
});

/** Finds lines of text: a map of the picture in which lines are bright (differentiable binarisation, DB). */
const textDetector = z.strictObject({
  ...common,
  kind: z.literal('text-detector'),
  /** Width and height are multiples of `multipleOf` pixels, at most maxSide, which must be one as well. */
  input: z
    .strictObject({
      ...pixels,
      maxSide: z.int().min(64).max(4096),
      multipleOf: z.int().min(1).max(128),
      /** A picture whose shorter side has fewer pixels is enlarged to it. */
      leastSide: z.int().min(1).max(4096),
    })
    .refine(({ maxSide, multipleOf }) => maxSide % multipleOf === 0, 'maxSide must be a multiple of multipleOf'),
  output: z.strictObject({
    decoder: z.literal('text-map'),
    /** [1, 1, height, width] of the input, 0..1. */
    tensors: z.strictObject({ map: z.string() }),
    /** Value from which a pixel belongs to a line. */
    brightFrom: z.number().min(0).max(1),
    /** Mean value of a line's rectangle below which it is none. */
    lineFrom: z.number().min(0).max(1),
    /** The map shows lines thinner than they are: each side moves outwards by growth × area / perimeter. */
    growth: z.number().min(0).max(5),
  }),
  variants: z.record(z.string(), variant),
});

/** Reads one line of text (connectionist temporal classification, CTC). */
const textRecognizer = z.strictObject({
  ...common,
  kind: z.literal('text-recognizer'),
  /** A line is scaled to `height` pixels. It is at most maxWidth wide; from leastWidth on, the input is as wide as the line. */
  input: z.strictObject({
    ...pixels,
    height: z.int().min(8).max(512),
    leastWidth: z.int().min(8).max(4096),
    maxWidth: z.int().min(8).max(8192),
  }),
  output: z.strictObject({
    decoder: z.literal('ctc'),
    /** [1, steps, characters + 2]: the probability of nothing, of each character, and of a space. */
    tensors: z.strictObject({ characters: z.string() }),
    /** A text file beside the manifest with one character a line, in UTF-8. */
    characters: z.strictObject({ file: z.string().regex(/^[^/\\]+$/), sha256: variant.shape.sha256 }),
  }),
  variants: z.record(z.string(), variant),
});

const manifests = [detector, embedder, classifier, localFeatures, textDetector, textRecognizer] as const;

/** Kinds of models; a pipeline has a step for each that it uses. */
export const modelKinds = manifests.map(({ shape }) => shape.kind.value);

export const manifestSchema = z
  .discriminatedUnion('kind', manifests)
  .refine((manifest) => manifest.defaultVariant in manifest.variants, {
    path: ['defaultVariant'],
    message: 'is not the name of a variant',
  });

export type DetectorManifest = z.infer<typeof detector>;
export type EmbedderManifest = z.infer<typeof embedder>;
export type ClassifierManifest = z.infer<typeof classifier>;
export type ModelLabel = z.infer<typeof label>;
export type LocalFeaturesManifest = z.infer<typeof localFeatures>;
export type TextDetectorManifest = z.infer<typeof textDetector>;
export type TextRecognizerManifest = z.infer<typeof textRecognizer>;
export type ModelManifest = z.infer<typeof manifestSchema>;
export type ModelInput = DetectorManifest['input'];

/** A detector's class as a label. */
export function classLabel(entry: DetectorManifest['labels'][number]): ModelLabel {
  return typeof entry === 'string' ? { name: entry, group: null } : entry;
}

/** For a model whose only input is pictures, prepared as the manifest says. */
export type PictureManifest = Extract<ModelManifest, { input: ModelInput }>;

export function takesPictures(manifest: ModelManifest): manifest is PictureManifest {
  return 'batch' in manifest.input;
}
