import type { SubmittedImage } from '../../src/batches/submit.service.ts';
import { builder } from '../core/builder.ts';
import { givenId } from '../core/given-id.ts';
import { ImageSourceInput, toImageSource } from '../images/image-source.ts';

const GeoPointInput = builder.inputType('GeoPointInput', {
  description: 'A place on earth (WGS 84).',
  fields: (t) => ({
    latitude: t.float({ required: true, description: 'Degrees, -90 (south) to 90 (north).' }),
    longitude: t.float({ required: true, description: 'Degrees, -180 (west) to 180 (east).' }),
  }),
});

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
    smoothNeighbors: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'true: neighbours on the shelf that look alike take the item most of them got, unless local features agree on another one (see MatchMethod).',
    }),
    restrictToTags: t.stringList({
      description:
        "Only items with at least one of these tags, for example a country; 1 to 20 tags. Left out: all of the task's items.",
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
    location: t.field({ type: GeoPointInput, description: 'Where it was taken; kept with the analysis.' }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'At most 10 keys, string values of at most 500 characters.',
    }),
    idempotencyKey: t.string({
      description:
        'One for the whole organisation, 1 to 255 characters: within 24 hours the same key returns the analysis that it made, whatever else is sent with it.',
    }),
    index: t.boolean({
      required: true,
      defaultValue: true,
      description:
        'true: the image is made searchable, together with its analysis; false: searchImages never finds it.',
    }),
    options: t.field({ type: AnalysisOptionsInput, description: 'What differs from the task.' }),
  }),
});

/** The input as the service takes it. */
export function toSubmittedImage(input: typeof BatchImageInput.$inferInput): SubmittedImage {
  const { threshold, topCandidates, matchCatalog, smoothNeighbors, restrictToTags } = input.options ?? {};
  return {
    source: toImageSource(input.source),
    taskId: input.taskId == null ? null : givenId('task', input.taskId),
    externalId: input.externalId ?? null,
    placeId: input.placeId ?? null,
    recordedAt: input.recordedAt ?? null,
    location: input.location ?? null,
    metadata: input.metadata ?? {},
    index: input.index,
    idempotencyKey: input.idempotencyKey ?? null,
    options: {
      ...(threshold == null ? {} : { threshold }),
      ...(topCandidates == null ? {} : { topCandidates }),
      ...(matchCatalog === false ? { matchCatalog } : {}),
      ...(smoothNeighbors === true ? { smoothNeighbors } : {}),
      ...(restrictToTags == null ? {} : { restrictToTags: [...new Set(restrictToTags)].sort() }),
    },
  };
}
