import { type BlurChoice, blurChoices } from '../../src/recognition/objects/blur.ts';
import { builder } from '../core/builder.ts';

const choices = {
  NONE: { description: 'Nothing.' },
  HEADS: { description: 'The heads of people who are found.' },
  BODIES: { description: 'Everything of people who are found.' },
} satisfies Record<BlurChoice, object>;

export const BlurPeople = builder.enumType('BlurPeople', {
  description:
    'What of people is made unrecognisable. Not everybody is found: see "Privacy" in docs/guide/wildlife.md for how many are missed.',
  values: Object.fromEntries(blurChoices.map((choice) => [choice, choices[choice]])) as typeof choices,
});

const help = {
  exifPosition:
    'Whether Image.exif returns where an image was taken (GPS), from its first analysis by the task on, to all who may read it. This is not undone.',
  blurPeople:
    'What of people is unrecognisable in every picture that is made from an image or video: renditions, crops, annotated pictures, frames, and what corrections teach. It applies to an image or video from its first analysis by the task on, for all tasks and API keys, and is not undone.',
  keepOriginal:
    'Whether the original is kept. It is served only with the scope ORIGINALS; without it, Image.url leads to the picture with people hidden. False, with blurPeople: when no analysis of an image is open any more, the picture with people hidden, a JPEG of full width, takes the place of the original, for good and for all images with the same bytes. Image.sha256, byteSize and mimeType are then those of that picture, and whatever needs the image later works from it: reruns, crops, exports. Such a task takes no videos (ValidationError), because no version of a video with people hidden is made: delete a video with deleteVideos when its analysis has ended.',
};

export const TaskPrivacy = builder
  .objectRef<{ blurPeople: BlurChoice; keepOriginal: boolean; exifPosition: boolean }>('TaskPrivacy')
  .implement({
    description: 'What happens to people in the images of a task.',
    fields: (t) => ({
      blurPeople: t.field({
        type: BlurPeople,
        description: help.blurPeople,
        resolve: ({ blurPeople }) => blurPeople,
      }),
      keepOriginal: t.exposeBoolean('keepOriginal', { description: help.keepOriginal }),
      exifPosition: t.exposeBoolean('exifPosition', { description: help.exifPosition }),
    }),
  });

export const TaskPrivacyInput = builder.inputType('TaskPrivacyInput', {
  description: 'What happens to people in the images of a task.',
  fields: (t) => ({
    blurPeople: t.field({ type: BlurPeople, required: true, defaultValue: 'NONE', description: help.blurPeople }),
    keepOriginal: t.boolean({ required: true, defaultValue: true, description: help.keepOriginal }),
    exifPosition: t.boolean({ required: true, defaultValue: false, description: help.exifPosition }),
  }),
});
