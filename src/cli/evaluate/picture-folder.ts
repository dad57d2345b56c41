import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { readImageHeader } from '../../images/header/read-header.ts';
import type { Size } from '../../recognition/box.ts';

const pictureTypes = new Set(['.jpg', '.jpeg', '.png', '.webp', '.avif', '.heic', '.heif', '.tif', '.tiff', '.gif']);

export function isPicture(file: string): boolean {
  return pictureTypes.has(parse(file).ext.toLowerCase());
}

/** Names of the pictures in a folder, sorted. Throws an Error when it cannot be read. */
export async function listPictures(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: unknown) => {
    throw new Error(`The folder ${dir} cannot be read: ${(error as Error).message}.`, { cause: error });
  });
  return names.filter(isPicture).sort();
}

/** Size of the displayed picture in pixels, after EXIF orientation. Throws an Error that names it. */
export async function readSize(dir: string, file: string, maxPixels: number): Promise<Size> {
  const path = join(dir, file);
  const { width, height } = await readImageHeader(path, maxPixels).catch((error: unknown) => {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  return { width, height };
}

const mostNamed = 5;

/** A list for a sentence, shortened for catalogues of thousands. */
export function shorten(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).join(', ');
  return names.length > mostNamed ? `${shown} and ${names.length - mostNamed} more` : shown;
}
