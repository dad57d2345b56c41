import { access } from 'node:fs/promises';
import { type ImageHeader, readImageHeader } from '../../../../src/images/header/read-header.ts';
import { UnreadablePictureError } from '../../../../src/images/header/unreadable-picture.ts';
import { JobFailure } from '../../protocol/job-failure.ts';

/** A picture whose header was read. */
export interface PictureFile {
  file: string;
  header: ImageHeader;
}

/**
 * Reads type, size and orientation, as the api did when the picture arrived, so that both fail with the same messages.
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

/**
 * The error of a job whose picture could not be read. An image may be deleted while its jobs wait, so a missing file is expected:
 * the worker says which picture it was, and no stack trace is logged.
 */
export async function explainMissing(file: string, error: unknown): Promise<unknown> {
  if (error instanceof JobFailure || (await isThere(file))) return error;
  const message = 'The file of the picture no longer existed when it was to be processed. Submit the picture again.';
  return new JobFailure('INTERNAL', message, { retryable: true, cause: error });
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
