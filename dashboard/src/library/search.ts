import type { ImageSearchInput } from '../graphql/schema-types.generated.ts';

/** The names of the searches in the address, which has one of them at most. */
export type SearchName = keyof typeof inputs;

export interface Search {
  name: SearchName;
  /** Words, or an id. */
  value: string;
}

const inputs = {
  text: (text: string): ImageSearchInput => ({ text }),
  item: (catalogItemId: string): ImageSearchInput => ({ catalogItemId }),
  image: (imageId: string): ImageSearchInput => ({ imageId }),
  upload: (uploadId: string): ImageSearchInput => ({ uploadId }),
};

/** Null: all images. */
export function readSearch(params: URLSearchParams): Search | null {
  for (const name of Object.keys(inputs) as SearchName[]) {
    const value = params.get(name)?.trim();
    if (value) return { name, value };
  }
  return null;
}

export function toInput({ name, value }: Search): ImageSearchInput {
  return inputs[name](value);
}
