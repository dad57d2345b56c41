import type { ObjectRef } from '@pothos/core';
import { mostHits } from '../../src/library/search.repository.ts';
import {
  type FoundImage,
  maxWords,
  mostNeighbours,
  SearchError,
  type SearchedBy,
  searchImages,
} from '../../src/library/search.service.ts';
import { searchBounds } from '../../src/library/search-words.repository.ts';
import { refusal } from '../../src/refusal.ts';
import { builder, type Types } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { type CursorKey, connect, connectionType, pageArgs, pageComplexity } from '../core/connection.ts';
import { givenId } from '../core/given-id.ts';
import { Image } from '../images/image.ts';

const ImageSearchInput = builder.inputType('ImageSearchInput', {
  description: 'What to search for. Set exactly one field.',
  isOneOf: true,
  fields: (t) => ({
    imageId: t.id({
      description: `Finds images that look like this one, at most the ${mostNeighbours} nearest. The image itself is not among the results and does not have to be searchable.`,
    }),
    uploadId: t.id({
      description: 'Finds images that look like this upload. The upload does not have to be used as an image.',
    }),
    catalogItemId: t.id({
      description: `Finds images in which an analysis found this catalogue item, highest confidence first, among the newest ${mostHits.toLocaleString('en')} analyses that found it.`,
    }),
    text: t.string({
      description: `Finds images that have every one of these words in their file name, in the values of their metadata, in the current name of an item found in them, or in text read from them (see Analysis.texts). Words match as a whole, regardless of case; at most ${maxWords}. If more than ${searchBounds.images[0]} images have the rarest of the words, those that have all words in one place are looked at first, for example in one name, then the newest, until ${searchBounds.images[0]} are found or ${searchBounds.images.at(-1)!.toLocaleString('en')} have been looked at.`,
    }),
  }),
});

// A found image is an image with a score.
const FoundImageRef = Image as unknown as ObjectRef<Types, FoundImage>;

const ImageSearchConnection = connectionType<FoundImage>('ImageSearch', FoundImageRef, {
  uncounted: true,
  edgeFields: (t) => ({
    score: t.float({
      description:
        'Score from 0 to 1, higher is better. By image or upload: similarity, where 1 looks the same and 0 has nothing in common. By item: the confidence of the detection. By text: the mean of the scores of the words. A word in the file name or metadata scores 1; a word in the name of a found item scores the confidence of its detection, and a word in a line of text that of the line.',
      resolve: ({ node }) => node.score,
    }),
  }),
});

/** Score, then id: entries with the same score are sorted by id, newest first. */
const searchKey: CursorKey<FoundImage> = {
  name: 'imageSearch',
  of: ({ score, id }) => `${score}:${id}`,
  pattern: /^[01](\.\d{1,6})?(e-[67])?:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
};

function toSearch({ imageId, uploadId, catalogItemId, text }: typeof ImageSearchInput.$inferInput): SearchedBy {
  if (imageId != null) return { imageId: givenId('image', imageId) };
  if (uploadId != null) return { uploadId: givenId('upload', uploadId) };
  if (catalogItemId != null) return { catalogItemId: givenId('catalogItem', catalogItemId) };
  return { text: text as string };
}

builder.queryField('searchImages', (t) =>
  t.field({
    type: ImageSearchConnection,
    description:
      'The searchable images of the organisation, best match first. An example image that is new is processed by an engine first. If that takes more than 10 seconds, the request is answered with UNAVAILABLE. BAD_USER_INPUT if the example does not exist or cannot be read.',
    args: {
      ...pageArgs(t.arg),
      by: t.arg({
        type: ImageSearchInput,
        required: true,
        description: 'What to search for: an example image, a catalogue item or words.',
      }),
    },
    complexity: pageComplexity,
    resolve: (_root, { by, ...page }, context) =>
      connect(page, searchKey, {
        load: ({ after, limit }) =>
          searchImages(context.app, organizationOf(context), toSearch(by), { after: toFound(after), limit }).catch(
            refuse,
          ),
      }),
  }),
);

function toFound(key: string | null): { id: string; score: number } | null {
  if (key === null) return null;
  const [score, id] = key.split(':') as [string, string];
  return { id, score: Number(score) };
}

function refuse(error: unknown): never {
  throw error instanceof SearchError ? refusal(error.code, error.message) : error;
}
