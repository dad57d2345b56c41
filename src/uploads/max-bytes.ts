import type { Config } from '../config.ts';
import { namedVideoType } from '../images/header/video-type.ts';
import type { UploadRow } from './upload-row.ts';

/** How many bytes this server accepts for an upload; the plan may allow fewer. */
export function maxBytesOf(
  { maxUploadBytes, maxVideoBytes }: Pick<Config, 'maxUploadBytes' | 'maxVideoBytes'>,
  { mime_type }: Pick<UploadRow, 'mime_type'>,
): number {
  return namedVideoType(mime_type) === null ? maxUploadBytes : maxVideoBytes;
}
