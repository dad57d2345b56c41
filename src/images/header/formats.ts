/** AVIF and HEIC share a container; what is in it tells them apart. */
const heifContainer = /^.{8}66747970/;

/** The pictures that are read: by media type, the name of the format and how its files begin, in hex. */
export const formats = {
  'image/jpeg': { name: 'JPEG', start: /^ffd8/ },
  'image/png': { name: 'PNG', start: /^89504e470d0a1a0a/ },
  'image/webp': { name: 'WebP', start: /^52494646.{8}57454250/ },
  'image/gif': { name: 'GIF', start: /^47494638(37|39)61/ },
  'image/avif': { name: 'AVIF', start: heifContainer },
  'image/heic': { name: 'HEIC', start: heifContainer },
} as const satisfies Record<string, { name: string; start: RegExp }>;

export type MediaType = keyof typeof formats;

export const mediaTypes = Object.keys(formats) as MediaType[];

/** "image/jpeg, image/png, … or image/heic" */
export const anyMediaType = inWords(mediaTypes);

/** "JPEG, PNG, … or HEIC" */
export const anyFormat = inWords(Object.values(formats).map(({ name }) => name));

function inWords(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(names);
}
