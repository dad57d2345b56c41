import type { InputFieldBuilder, ObjectFieldBuilder } from '@pothos/core';
import type { BlurChoice } from '../../src/recognition/objects/blur.ts';
import type { Types } from '../core/builder.ts';
import { BlurPeople } from '../tasks/privacy.ts';

/** How descriptions name an image or a video. */
export interface MediaWords {
  noun: 'image' | 'video';
  /** The end of a sentence about when or where. */
  taken: string;
}

export const imageWords: MediaWords = { noun: 'image', taken: 'picture was taken' };
export const videoWords: MediaWords = { noun: 'video', taken: 'video was recorded' };

/** What images and videos have in common. */
interface MediaRow {
  source_url: string | null;
  /** Lower-case hex; null: no bytes. */
  sha256: string | null;
  byte_size: string | number | null;
  filename: string | null;
  external_id: string | null;
  place_id: string | null;
  metadata: unknown;
  blur_people: BlurChoice;
  created_at: Date;
}

/** The fields of both types. */
export function mediaFields<Row extends MediaRow>(t: ObjectFieldBuilder<Types, Row>, { noun, taken }: MediaWords) {
  return {
    sourceUrl: t.field({
      type: 'URL',
      nullable: true,
      description: `The URL from which the server fetched, or is fetching, the ${noun}. Null if the ${noun} was sent by the client.`,
      resolve: (row) => row.source_url,
    }),
    sha256: t.string({
      nullable: true,
      description: 'SHA-256 of the bytes, in lower-case hex.',
      resolve: ({ sha256 }) => sha256,
    }),
    byteSize: t.float({
      nullable: true,
      description: 'Size in bytes.',
      resolve: (row) => (row.byte_size === null ? null : Number(row.byte_size)),
    }),
    filename: t.string({
      nullable: true,
      description: 'The file name sent by the client. Null if there was none.',
      resolve: ({ filename }) => filename,
    }),
    externalId: t.string({
      nullable: true,
      description: `Your own id for the ${noun}. Null if there is none.`,
      resolve: (row) => row.external_id,
    }),
    placeId: t.string({
      nullable: true,
      description: `Your own id for the place where the ${taken}. Null if there is none.`,
      resolve: (row) => row.place_id,
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'Your own data.',
      resolve: ({ metadata }) => metadata as Record<string, unknown>,
    }),
    blurPeople: t.field({
      type: BlurPeople,
      description: `What of people is hidden in every picture that is made from the ${noun}: the most that a task has said which analysed it (Task.privacy).`,
      resolve: (row) => row.blur_people,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: `When the ${noun} was stored.`,
      resolve: (row) => row.created_at,
    }),
  };
}

export const metadataRule = 'at most 10 keys. Values are strings of at most 500 characters, numbers, booleans or null.';

/** The fields of every input that creates or changes an image or video, besides `recordedAt`. */
export function mediaInputs(t: InputFieldBuilder<Types, 'InputObject'>, { noun, taken }: MediaWords) {
  return {
    externalId: t.string({ description: `Your own id for the ${noun}, at most 255 characters.` }),
    placeId: t.string({ description: `Your own id for the place where the ${taken}, at most 255 characters.` }),
    metadata: t.field({ type: 'JSONObject', description: `Your own data, ${metadataRule}` }),
  };
}
