import type { ObjectRef } from '@pothos/core';
import {
  type FoundImage,
  maxWords,
  mostNeighbours,
  SearchError,
  type SearchedBy,
  searchImages,
} from '../../src/library/search.service.ts';
import { refusal } from '../../src/refusal.ts';
import { builder, type Types } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { type CursorKey, connect, connectionType, pageArgs, pageComplexity } from '../core/connection.ts';
import { givenId } from '../core/given-id.ts';
import { Image } from '../images/image.ts';

const ImageSearchInput = builder.inputType('ImageSearchInput', {
  description: 'What to search by. Exactly one.',
  isOneOf: true,
  fields: (t) => ({
    imageId: t.id({
      description: `Images that look like this one, which is not among them; at most the ${mostNeighbours} nearest. It need not be searchable itself.`,
    }),
    uploadId: t.id({ description: 'The same by a file that has been uploaded; it need not be used as an image.' }),
    catalogItemId: t.id({
      description: 'Images on which an analysis found this item, by the highest confidence with which it did.',
    }),
    text: t.string({
      description: `Images that have every one of these words (at most ${maxWords}, whatever their case) in their file name, in values of their metadata, or in the present name of an item that was found on them. Words are whole ones.`,
    }),
  }),
});

// An image with its score is an image.
const FoundImageRef = Image as unknown as ObjectRef<Types, FoundImage>;

const ImageSearchConnection = connectionType<FoundImage>('ImageSearch', FoundImageRef, {
  uncounted: true,
  edgeFields: (t) => ({
    score: t.float({
      description:
        '0..1, higher is nearer. By example: 1 looks the same, 0 has nothing in common. By item: the confidence with which it was found. By words: the mean over the words, of which one in the file name or metadata counts 1 and one in the name of a found item as much as the confidence.',
      resolve: ({ node }) => node.score,
    }),
  }),
});

/** Score and id: entries of one score go by id, newest first. */
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
      'Images that are INDEXED, nearest first. By an example that nobody has looked at yet it takes as long as an engine needs for that: UNAVAILABLE when that is more than 10 seconds, BAD_USER_INPUT when the example is not here or cannot be read.',
    args: {
      ...pageArgs(t.arg),
      by: t.arg({ type: ImageSearchInput, required: true, description: 'An example, an item or words.' }),
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
