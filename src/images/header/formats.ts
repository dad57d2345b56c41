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

/** The videos that are read: by media type, the name of the format and the containers that its files may turn out to be. */
export const videoFormats = {
  'video/mp4': { name: 'MP4', family: 'ISO' },
  'video/quicktime': { name: 'QuickTime', family: 'ISO' },
  'video/webm': { name: 'WebM', family: 'MATROSKA' },
  'video/x-matroska': { name: 'Matroska', family: 'MATROSKA' },
  'video/x-msvideo': { name: 'AVI', family: 'AVI' },
} as const satisfies Record<string, { name: string; family: string }>;

export type VideoType = keyof typeof videoFormats;

export const videoTypes = Object.keys(videoFormats) as VideoType[];

/** "video/mp4, video/quicktime, … or video/x-msvideo" */
export const anyVideoType = inWords(videoTypes);

/** "MP4, QuickTime, … or AVI" */
export const anyVideoFormat = inWords(Object.values(videoFormats).map(({ name }) => name));

/** "image/jpeg, image/png, … or image/heic" */
export const anyMediaType = inWords(mediaTypes);

/** "JPEG, PNG, … or HEIC" */
export const anyFormat = inWords(Object.values(formats).map(({ name }) => name));

function inWords(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(names);
}
