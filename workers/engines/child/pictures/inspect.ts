import { type ImageHeader, readImageHeader } from '../../../../src/images/header/read-header.ts';
import { UnreadablePictureError } from '../../../../src/images/header/unreadable-picture.ts';
import { JobFailure } from '../../protocol/job-failure.ts';

/** A picture whose header was read. */
export interface PictureFile {
  file: string;
  header: ImageHeader;
}

/**
 * Reads type, size and turn, as the api did when the picture came, so that both fail with the same words.
 * @throws JobFailure
 */
export async function inspectPicture(file: string, maxImagePixels: number): Promise<PictureFile> {
  try {
    return { file, header: await readImageHeader(file, maxImagePixels) };
  } catch (error) {
    if (error instanceof UnreadablePictureError) throw new JobFailure(error.code, error.message, { cause: error });
    throw error;
  }
}

/** Pixels in memory while it is decoded. */
export function pixelsInMemory({ header }: PictureFile): number {
  const { width, height } = header.heif?.stored ?? header;
  return width * height;
}
