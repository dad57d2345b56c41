import type { InputFieldBuilder } from '@pothos/core';
import type { AnalysisOptions } from '../../src/analyses/options.ts';
import type { SubmittedFields } from '../../src/analyses/submitted-fields.ts';
import type { BatchImage } from '../../src/batches/submission.ts';
import { builder, type Types } from '../core/builder.ts';
import { givenId } from '../core/given-id.ts';
import { ImageSourceInput, toImageSource } from '../images/image-source.ts';
import { imageWords, type MediaWords, mediaInputs } from '../images/media-fields.ts';

const GeoPointInput = builder.inputType('GeoPointInput', {
  description: 'A position on Earth (WGS 84).',
  fields: (t) => ({
    latitude: t.float({ required: true, description: 'Latitude in degrees, from -90 (south) to 90 (north).' }),
    longitude: t.float({ required: true, description: 'Longitude in degrees, from -180 (west) to 180 (east).' }),
  }),
});

export const AnalysisOptionsInput = builder.inputType('AnalysisOptionsInput', {
  description:
    'Options that override the task for this analysis. If an option is omitted or null, that of the task applies.',
  fields: (t) => ({
    threshold: t.float({ description: 'Lowest confidence to report, 0 to 1.' }),
    topCandidates: t.int({
      description:
        'How many candidates to list for each detection (DETECTION), or how many labels for each image (CLASSIFICATION, FILTER), 0 to 20. ValidationError where nothing is listed: if matchCatalog is false, for DETECTION with a pipeline of people, animals and vehicles, and for videos unless the task labels whole frames.',
    }),
    matchCatalog: t.boolean({
      required: true,
      defaultValue: true,
      description: 'Whether products are matched with the catalogue. If false, they are only located.',
    }),
    smoothNeighbors: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Whether a product takes the item that most similar-looking neighbours on its shelf have, unless local features confirm another item (see MatchMethod). With a pipeline that finds animals: whether animals of one picture that look alike take the label that most of them have.',
    }),
    readText: t.boolean({
      description:
        'Whether to read the text in the image; see Analysis.texts. ValidationError if the task or its pipeline cannot read text.',
    }),
    readCodes: t.boolean({
      description: 'Whether barcodes and matrix codes are read; see Analysis.codes.',
    }),
    country: t.string({
      description:
        'ISO 3166 code of a country whose species are to be looked for. ValidationError on this server: it has no list of the species of countries. See location.',
    }),
    restrictToTags: t.stringList({
      description:
        'Matches only items with at least one of these tags, 1 to 20, for example a country. Default: all items of the task.',
    }),
  }),
});

/** The fields that clients submit with an image or video and that its analysis stores. */
export function submittedInputs(t: InputFieldBuilder<Types, 'InputObject'>, words: MediaWords) {
  const { noun, taken } = words;
  return {
    ...mediaInputs(t, words),
    visitId: t.string({
      description: `Your own id for the visit that the ${noun} belongs to, 1 to 255 characters. Images and videos with the same visitId belong together; see Visit.`,
    }),
    location: t.field({
      type: GeoPointInput,
      description: `Where the ${taken}. It is stored with the analysis.`,
    }),
  };
}

/** Converts these fields for services. */
export function toSubmitted(
  input: { [Name in keyof SubmittedFields]?: SubmittedFields[Name] | null },
): SubmittedFields {
  const { externalId = null, placeId = null, visitId = null, location = null, metadata } = input;
  return { externalId, placeId, visitId, location, metadata: metadata ?? {} };
}

export const BatchImageInput = builder.inputType('BatchImageInput', {
  description: 'One image to analyse.',
  fields: (t) => ({
    source: t.field({ type: ImageSourceInput, required: true, description: 'Where the image comes from.' }),
    taskId: t.id({ description: 'The task to run. Default: the task of the request.' }),
    ...submittedInputs(t, imageWords),
    recordedAt: t.field({
      type: 'DateTime',
      description:
        'When the picture was taken. Default: the time in its EXIF data. If the source is an imageId, the stored image is not changed.',
    }),
    idempotencyKey: t.string({
      description:
        'A key of your choice, 1 to 255 characters, unique within the organisation. Within 24 hours, the same key returns the analysis that it created, whatever else is sent.',
    }),
    index: t.boolean({
      required: true,
      defaultValue: true,
      description: 'Whether to make the image searchable. It becomes searchable when it is analysed.',
    }),
    options: t.field({ type: AnalysisOptionsInput, description: 'Options that override the task.' }),
  }),
});

/** Converts the input for the service. */
export function toBatchImage(input: typeof BatchImageInput.$inferInput): BatchImage {
  return {
    ...toSubmitted(input),
    source: toImageSource(input.source),
    taskId: input.taskId == null ? null : givenId('task', input.taskId),
    recordedAt: input.recordedAt ?? null,
    index: input.index,
    idempotencyKey: input.idempotencyKey ?? null,
    options: toAnalysisOptions(input.options),
  };
}

/** Converts options for services: only those that override something are stored. */
export function toAnalysisOptions(input: typeof AnalysisOptionsInput.$inferInput | null | undefined): AnalysisOptions {
  const { threshold, topCandidates, matchCatalog, smoothNeighbors, readText, readCodes, country, restrictToTags } =
    input ?? {};
  return {
    ...(threshold == null ? {} : { threshold }),
    ...(topCandidates == null ? {} : { topCandidates }),
    ...(matchCatalog === false ? { matchCatalog } : {}),
    ...(smoothNeighbors === true ? { smoothNeighbors } : {}),
    ...(readText == null ? {} : { readText }),
    ...(readCodes == null ? {} : { readCodes }),
    ...(country == null ? {} : { country }),
    ...(restrictToTags == null ? {} : { restrictToTags: [...new Set(restrictToTags)].sort() }),
  };
}
