import type { StagedBlob } from '../../storage/blob-store.ts';
import { type ImageHeader, readImageHeader } from '../header/read-header.ts';
import { UnreadablePictureError } from '../header/unreadable-picture.ts';
import { UnusablePictureError } from './unusable-picture.ts';

/**
 * The header of a picture that has arrived.
 * @throws UnusablePictureError if it is not a usable picture.
 */
export async function readStagedHeader({ file }: StagedBlob, maxPixels: number): Promise<ImageHeader> {
  try {
    return await readImageHeader(file, maxPixels);
  } catch (error) {
    if (error instanceof UnreadablePictureError) throw new UnusablePictureError(error.code, error.message, error.limit);
    throw error;
  }
}
