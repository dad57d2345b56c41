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
const videosByEnding: Record<string, string> = {
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  avi: 'video/x-msvideo',
};
const acceptedVideos = new Set(Object.values(videosByEnding));

/** For `<input accept>`. The endings are for systems that know no type for HEIC. */
export const acceptedFiles = [...accepted, '.heic', '.heif'].join(',');

/** The same for pictures and videos, of which systems know fewer types. */
export const acceptedMedia = [
  acceptedFiles,
  ...acceptedVideos,
  ...Object.keys(videosByEnding).map((ending) => `.${ending}`),
].join(',');

/** The type to announce a file with; null for what is no picture that the server reads. */
export function mediaTypeOf({ name, type }: Pick<File, 'name' | 'type'>): string | null {
  if (accepted.has(type)) return type;
  return byEnding[name.split('.').at(-1)!.toLowerCase()] ?? null;
}

/** The same of a video. */
export function videoTypeOf({ name, type }: Pick<File, 'name' | 'type'>): string | null {
  if (acceptedVideos.has(type)) return type;
  return videosByEnding[name.split('.').at(-1)!.toLowerCase()] ?? null;
}

const pictures = 'JPEG, PNG, WebP, GIF, AVIF and HEIC';

/** What can be said of a picture without sending it. */
export function faultOf(file: File): string | null {
  if (mediaTypeOf(file) === null) return `Not a picture: ${pictures} can be read.`;
  return emptinessOf(file);
}

/** The same of a picture or a video. */
export function mediaFaultOf(file: File): string | null {
  if (videoTypeOf(file) === null && mediaTypeOf(file) === null)
    return `Not a picture and not a video: ${pictures}, MP4, MOV, WebM, MKV and AVI can be read.`;
  return emptinessOf(file);
}

function emptinessOf({ size }: File): string | null {
  return size === 0 ? 'The file is empty.' : null;
}
