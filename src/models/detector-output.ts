import { z } from 'zod';
import type { DetectorOutput } from '../recognition/decoders/index.ts';

/** Name of a model output. */
const tensor = z.string().min(1);
const background = z.enum(['first', 'last', 'none']);

const boxesScores = z.strictObject({
  decoder: z.literal('boxes-scores'),
  tensors: z.strictObject({ boxes: tensor, scores: tensor }),
});

const yoloV8 = z.strictObject({
  decoder: z.literal('yolo-v8'),
  tensors: z.strictObject({ predictions: tensor }),
});

const yolox = z.strictObject({
  decoder: z.literal('yolox'),
  tensors: z.strictObject({ predictions: tensor }),
  boxUnit: z.enum(['pixel', 'cell']),
  strides: z.array(z.int().min(1)).min(1).default([8, 16, 32]),
});

const detr = z.strictObject({
  decoder: z.literal('detr'),
  tensors: z.strictObject({ boxes: tensor, logits: tensor }),
  activation: z.enum(['softmax', 'sigmoid']),
  background,
});

const ssd = z.strictObject({
  decoder: z.literal('ssd'),
  tensors: z.strictObject({ boxes: tensor, scores: tensor }),
  background,
  boxUnit: z.enum(['pixel', 'share']),
  boxOrder: z.enum(['xy', 'yx']),
});

const formats = [boxesScores, yoloV8, yolox, detr, ssd] as const;
const names = formats.map((format) => format.shape.decoder.value);

/** The outputs in a detector's manifest; each decoder in src/recognition/decoders/ explains its options. */
export const detectorOutput = z.discriminatedUnion('decoder', formats, {
  error: ({ code }) => (code === 'invalid_union' ? `decoder must be one of ${names.join(', ')}` : undefined),
}) satisfies z.ZodType<DetectorOutput>;
