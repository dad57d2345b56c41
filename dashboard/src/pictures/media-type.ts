const byEnding: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  heic: 'image/heic',
  heif: 'image/heic',
};
const accepted = new Set(Object.values(byEnding));

/** For `<input accept>`. The endings are for systems that know no type for HEIC. */
export const acceptedFiles = [...accepted, '.heic', '.heif'].join(',');

/** The type to announce a file with; null for what is no picture that the server reads. */
export function mediaTypeOf({ name, type }: Pick<File, 'name' | 'type'>): string | null {
  if (accepted.has(type)) return type;
  return byEnding[name.split('.').at(-1)!.toLowerCase()] ?? null;
}

/** What can be said of a file without sending it. */
export function faultOf(file: File): string | null {
  if (mediaTypeOf(file) === null) return 'Not a picture: JPEG, PNG, WebP, GIF, AVIF and HEIC can be read.';
  return file.size === 0 ? 'The file is empty.' : null;
}
