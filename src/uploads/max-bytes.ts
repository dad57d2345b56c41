import { namedVideoType } from '../images/header/video-type.ts';
import { getPlan } from '../organizations/organizations.repository.ts';
import type { Resources } from '../resources.ts';
import { mostVideoBytes } from '../videos/receiving.ts';
import type { UploadRow } from './upload-row.ts';

/** How many bytes are accepted for an upload. Plans limit videos only. */
export async function maxBytesOf(
  { db, config }: Pick<Resources, 'db' | 'config'>,
  { mime_type, organization_id }: Pick<UploadRow, 'mime_type' | 'organization_id'>,
): Promise<number> {
  if (namedVideoType(mime_type) === null) return config.maxUploadBytes;
  return mostVideoBytes(config, (await getPlan(db, organization_id)).maxVideoBytes);
}
