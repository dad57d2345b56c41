import type { LibraryImageFragment } from './library.generated.ts';

/** What people call an image: their own id for it, the name of its file, or its id. */
export function nameOfImage({ externalId, filename, id }: LibraryImageFragment): string {
  return externalId ?? filename ?? id;
}
