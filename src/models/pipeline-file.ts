import { z } from 'zod';
import type { ModelManifest } from './manifest.ts';
import { readJson } from './read-json.ts';

const reference = z.string().regex(/^[a-z0-9-]+@[A-Za-z0-9.-]+$/, 'a model as name@version');
const share = z.number().min(0).max(1);

/** How large pictures are divided into tiles when their products are too small for the detector. */
const tiling = z.strictObject({
  /** Median width of the products found, in pixels of the detector's input, below which a picture is divided into tiles. */
  whenNarrowerThan: z.number().min(0),
  /** The width that the median product should get; see recall by width in docs/models.md. */
  targetWidth: z.number().positive(),
  /** Overlap of neighbouring tiles as a share of a tile's side. */
  overlap: z.number().min(0.05).max(0.5),
  /** 1 never tiles; 3 makes nine tiles at most. */
  maxTilesPerSide: z.int().min(1).max(6),
});

/** How close-up pictures are scaled down when their products are too large for the detector. */
const shrinking = z.strictObject({
  /**
   * Median width of the products found, in pixels of the detector's input, above which a picture is processed again at a smaller
   * size.
   */
  whenWiderThan: z.number().positive(),
  /** Its longer side then, as a fraction of the input's. */
  share: z.number().min(0.1).max(0.9),
});

/** How the boxes of pictures of wide products, where more is mistaken for a product, lose certainty. */
const typicalWidth = z.strictObject({
  /** Median width of the products found up to which nothing is lost, in pixels of the detector's input. */
  unchangedTo: z.number().positive(),
  /** What the confidence of all boxes of the picture loses for each doubling of the median above that. */
  perDoubling: z.number().min(0).max(0.2),
  /** Medians above this one count as this one. */
  to: z.number().positive(),
});

/** How boxes that lie inside a more certain one, which are mostly parts of its product, lose certainty. */
const parts = z.strictObject({
  /** Lowest share of a box inside the other at which it counts as a part. */
  insideFrom: z.number().min(0.5).max(1),
  /** Fraction of its score that a part keeps. */
  keptScore: share,
});

/** Parameters that turn cosines into probabilities; fitted by models/training/calibrate.ts. */
const matching = z.strictObject({
  /** Lowest probability at which the best item is named. */
  acceptConfidence: share,
  temperature: z.number().positive(),
  /** The cosine at which "none of the items" is as probable as an item. */
  noneCosine: z.number().min(-1).max(1),
  /** Lowest cosine of neighbours on a shelf that count as one product when an analysis smooths neighbours. */
  alikeCosine: z.number().min(-1).max(1).default(0.9),
});

/** How local features decide between the most similar items; fitted by models/training/calibrate-verification.ts. */
const verification = z.strictObject({
  /** Number of most similar items whose local features are compared. */
  shortlist: z.int().min(1).max(100),
  /** How many of a group of similar neighbours are compared with the whole shortlist. */
  perGroup: z.int().min(1).max(10),
  /** Lowest probability at which the best item is named. */
  acceptConfidence: share,
  /** Lowest score at which it is named, whatever its probability. */
  leastScore: z.number().positive(),
  /** Weights of ln(1 + score) and of the cosine in an item's logit. */
  scoreWeight: z.number().positive(),
  cosineWeight: z.number().min(0),
  /** The logit at which "none of the shortlist" is as probable as an item. */
  noneLogit: z.number(),
});

/** How text is read. */
const text = z.strictObject({
  /** Lowest confidence of a line that is reported. */
  threshold: share,
  /** Lines of a picture, the most certain ones: limits the time of pictures that are full of text. */
  maxLines: z.int().min(1).max(5000),
  /** Parts in which a picture is looked at. One that needs more is scaled down until they suffice. */
  maxTiles: z.int().min(1).max(200),
});

const common = {
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'letters, digits, dots and hyphens'),
  /** Lowest confidence reported when a task sets none. */
  threshold: share,
};

/** The settings of every step. Without a variant, the machine chooses the fastest. */
const step = { model: reference, variant: z.string().optional() };

/** Finds products and names them. */
const productPipelineSchema = z
  .strictObject({
    ...common,
    taskTypes: z.array(z.literal('DETECTION')).min(1),
    /** Maximum detections of a picture, most certain first: limits its time and its result. */
    maxDetections: z.int().min(1).max(5000),
    steps: z.strictObject({
      detector: z.strictObject({ ...step, nmsIou: share }),
      embedder: z.strictObject(step),
      /** Absent: products are named by their appearance alone. */
      verifier: z.strictObject(step).optional(),
      /** Absent: the pipeline reads no text. */
      textDetector: z.strictObject(step).optional(),
      textRecognizer: z.strictObject(step).optional(),
      /** Finds price tags where text is read. Absent: they are found in the text alone. */
      tagDetector: z.strictObject({ ...step, nmsIou: share }).optional(),
    }),
    tiling,
    /** Absent: never. */
    shrinking: shrinking.optional(),
    /** Absent: the width of the products does not matter. */
    typicalWidth: typicalWidth.optional(),
    /** Absent: boxes inside others keep their certainty. */
    parts: parts.optional(),
    matching,
    verification: verification.optional(),
    text: text.optional(),
  })
  .refine(({ steps, verification }) => (steps.verifier === undefined) === (verification === undefined), {
    path: ['verification'],
    message: 'settings of the verifier; a pipeline has both or neither',
  })
  .refine(({ steps, text }) => new Set([steps.textDetector, steps.textRecognizer, text].map(Boolean)).size === 1, {
    path: ['text'],
    message: 'settings of textDetector and textRecognizer; a pipeline has all three or none',
  })
  .refine(({ steps }) => steps.tagDetector === undefined || steps.textDetector !== undefined, {
    path: ['steps', 'tagDetector'],
    message: 'price tags are only looked for where text is read; add textDetector and textRecognizer',
  });

/** Labels the whole picture. */
const labelPipelineSchema = z.strictObject({
  ...common,
  taskTypes: z.array(z.enum(['CLASSIFICATION', 'FILTER'])).min(1),
  steps: z.strictObject({ classifier: z.strictObject(step) }),
});

/** How boxes are looked at again by the classifier, and what that changes. */
const secondLook = z.strictObject({
  /** Groups whose boxes take the classifier's label, for example animals their species. */
  nameGroups: z.array(z.string()).min(1),
  /** Width added around a box on each side, as a share of its longer side. */
  margin: z.number().min(0).max(1),
  /** Lowest probability of a label at which it replaces the detector's class. */
  nameFrom: share,
  /** Lowest probability of another group at which the box belongs to that one, unless a box of that group explains it. */
  overruleFrom: share,
  /** How alike the classifier must find two animals for them to count as one kind, 0..1, if an analysis smooths neighbours. */
  alikeFrom: share,
  /** Lowest sum of the probabilities of a group's labels at which the picture as a whole shows the group. */
  wholeFrom: share,
});

/** Finds things of several groups, and says what they are. */
const objectPipelineSchema = z
  .strictObject({
    ...common,
    taskTypes: z.array(z.enum(['DETECTION', 'FILTER'])).min(1),
    /** Maximum detections of a picture, most certain first. */
    maxDetections: z.int().min(1).max(5000),
    /** Groups of the detector's classes that are reported. */
    groups: z.array(z.string()).min(1),
    steps: z.strictObject({
      detector: z.strictObject({
        ...step,
        nmsIou: share,
        /** Lowest overlap (IoU) at which boxes of different classes are one thing; it is what the most certain one says. */
        sameThingIou: share,
      }),
      classifier: z.strictObject(step),
    }),
    secondLook,
  })
  .refine(({ groups, secondLook: { nameGroups } }) => nameGroups.every((group) => groups.includes(group)), {
    path: ['secondLook', 'nameGroups'],
    message: 'must be among groups',
  });

export type ProductPipelineFile = z.infer<typeof productPipelineSchema> & { kind: 'PRODUCTS' };
export type LabelPipelineFile = z.infer<typeof labelPipelineSchema> & { kind: 'LABELS' };
export type ObjectPipelineFile = z.infer<typeof objectPipelineSchema> & { kind: 'OBJECTS' };

export type PipelineFile = ProductPipelineFile | LabelPipelineFile | ObjectPipelineFile;
export type StepName = keyof ProductPipelineFile['steps'] | keyof LabelPipelineFile['steps'];

/** The kind of model that each step runs. */
export const stepKinds = {
  detector: 'detector',
  embedder: 'embedder',
  verifier: 'local-features',
  textDetector: 'text-detector',
  textRecognizer: 'text-recognizer',
  tagDetector: 'detector',
  classifier: 'classifier',
} as const satisfies Record<StepName, ModelManifest['kind']>;

/** Steps that only some analyses request. An engine loads their models with the first analysis that does. */
export const requestedSteps = ['textDetector', 'textRecognizer', 'tagDetector'] as const satisfies StepName[];
export type RequestedStep = (typeof requestedSteps)[number];

export type TilingSettings = z.infer<typeof tiling>;
export type ShrinkingSettings = z.infer<typeof shrinking>;
export type MatchingSettings = z.infer<typeof matching>;
export type VerificationSettings = z.infer<typeof verification>;
export type TextSettings = z.infer<typeof text>;
export type SecondLookSettings = z.infer<typeof secondLook>;

/**
 * Reads a pipeline of any kind, which follows from its steps. Not a union of schemas: errors would be reported for each, or as
 * "invalid input".
 */
export async function readPipelineFile(file: string): Promise<PipelineFile> {
  const { steps } = await readJson(file, z.looseObject({ steps: z.looseObject({}) }));
  if ('classifier' in steps && 'detector' in steps)
    return { kind: 'OBJECTS', ...(await readJson(file, objectPipelineSchema)) };
  return 'classifier' in steps
    ? { kind: 'LABELS', ...(await readJson(file, labelPipelineSchema)) }
    : { kind: 'PRODUCTS', ...(await readJson(file, productPipelineSchema)) };
}
