import { z } from 'zod';
import { type Blur, blurs } from '../recognition/objects/blur.ts';
import { type PictureFormat, pictureFormats } from './format.ts';
import { type PictureSize, pictureSizes } from './sizes.ts';

/** blur: what of people is hidden; absent: nothing. */
export const look = { size: z.literal(pictureSizes), format: z.enum(pictureFormats), blur: z.enum(blurs).optional() };
const analysisId = z.uuid();

/** A picture that is made from an image and stored beside its bytes until those are deleted. It has no metadata (EXIF). */
export const derivedPicture = z.discriminatedUnion('kind', [
  /** The whole image. */
  z.object({ kind: z.literal('rendition'), ...look }),
  /** The whole image with the results of an analysis. minConfidence: whole percent, a multiple of `confidenceStep`. */
  z.object({ kind: z.literal('annotated'), ...look, analysisId, minConfidence: z.int().min(0).max(100) }),
  /** One product that an analysis found, by its index in the result. */
  z.object({ kind: z.literal('crop'), ...look, analysisId, detection: z.int().min(0) }),
]);

export type DerivedPicture = z.infer<typeof derivedPicture>;

/** Percent. Each step is a separate stored picture. */
export const confidenceStep = 5;

/** The step at or below a confidence of 0..1, in percent, so that no requested detection is left out. */
export function toConfidenceStep(confidence: number): number {
  // 0.15 * 100 is more than 15, and 0.29 * 100 less than 29.
  return Math.floor(Math.round(confidence * 1e6) / 1e4 / confidenceStep) * confidenceStep;
}

/**
 * The part of its name in the store that distinguishes it from others of the same image. Names of pictures that belong to an
 * analysis begin with `namesOfAnalysis`.
 */
export function derivedName(picture: DerivedPicture): string {
  switch (picture.kind) {
    case 'rendition':
      return lookName(picture);
    case 'annotated':
      return `${namesOfAnalysis(picture.analysisId)}annotated.c${picture.minConfidence}.${lookName(picture)}`;
    case 'crop':
      return `${namesOfAnalysis(picture.analysisId)}crop-${picture.detection}.${lookName(picture)}`;
  }
}

/** The end of every name. */
export function lookName({ size, blur, format }: Pick<DerivedPicture, 'size' | 'blur' | 'format'>): string {
  return `${sizeName(size)}${blurName(blur)}${formatName(format)}`;
}

export function namesOfAnalysis(analysisId: string): string {
  return `${analysisId}.`;
}

function sizeName(of: PictureSize): string {
  return of === 'full' ? of : `w${of}`;
}

/** Pictures on which nobody is hidden keep the name that all had before. */
function blurName(of: Blur | undefined): string {
  return of === undefined ? '' : `.${of.toLowerCase()}`;
}

/** JPEGs keep the name that renditions had when JPEG was the only format. */
function formatName(of: PictureFormat): string {
  return of === 'jpeg' ? '' : `.${of}`;
}
