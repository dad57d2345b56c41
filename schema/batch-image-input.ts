import type { SubmittedImage } from '../src/batches/submit.service.ts';
import { builder } from './builder.ts';
import { givenId } from './given-id.ts';
import { ImageSourceInput, toImageSource } from './image-source.ts';

const AnalysisOptionsInput = builder.inputType('AnalysisOptionsInput', {
  description: "What differs from the task for this analysis; what is not given is the task's.",
  fields: (t) => ({
    threshold: t.float({ description: 'Lowest confidence reported, 0..1.' }),
    topCandidates: t.int({ description: 'How many alternatives each detection lists, 0 to 20.' }),
    matchCatalog: t.boolean({
      required: true,
      defaultValue: true,
      description: 'false: only find products, match none.',
    }),
  }),
});

export const BatchImageInput = builder.inputType('BatchImageInput', {
  description: 'One picture to analyse.',
  fields: (t) => ({
    source: t.field({ type: ImageSourceInput, required: true, description: 'Where its bytes come from.' }),
    taskId: t.id({ description: "In place of the batch's." }),
    externalId: t.string({ description: "The client's own id of the picture, at most 255 characters." }),
    placeId: t.string({ description: "The client's id of where it was taken, at most 255 characters." }),
    recordedAt: t.field({
      type: 'DateTime',
      description:
        'When it was taken; else what the picture itself says (EXIF). With source imageId the stored image stays as it is.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'At most 10 keys, string values of at most 500 characters.',
    }),
    options: t.field({ type: AnalysisOptionsInput, description: 'What differs from the task.' }),
  }),
});

/** The input as the service takes it. */
export function toSubmittedImage(input: typeof BatchImageInput.$inferInput): SubmittedImage {
  const { threshold, topCandidates, matchCatalog } = input.options ?? {};
  return {
    source: toImageSource(input.source),
    taskId: input.taskId == null ? null : givenId('task', input.taskId),
    externalId: input.externalId ?? null,
    placeId: input.placeId ?? null,
    recordedAt: input.recordedAt ?? null,
    metadata: input.metadata ?? {},
    options: {
      ...(threshold == null ? {} : { threshold }),
      ...(topCandidates == null ? {} : { topCandidates }),
      ...(matchCatalog === false ? { matchCatalog } : {}),
    },
  };
}
