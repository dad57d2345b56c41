import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import { findImageSources } from '../images/images.repository.ts';
import type { Stored } from '../images/receiving/received.ts';
import { type Rejected, rejectedFailed, rejectedUnknown } from '../images/receiving/rejected.ts';
import { readFailure } from '../shared/failure.ts';
import type { ImageSource } from './image-source.ts';

/** Looks up all image ids at once. */
export async function findStored(
  db: Kysely<DB>,
  organizationId: string,
  sources: readonly ImageSource[],
): Promise<(given: GivenId) => Stored | Rejected> {
  const given = sources.flatMap((source) => ('imageId' in source ? [source.imageId] : []));
  const uuids = uuidsOf(given);
  const rows = uuids.length > 0 ? await findImageSources(db, organizationId, uuids) : [];
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ({ text, uuid }) => {
    const row = uuid === null ? undefined : byId.get(uuid);
    if (!row) return rejectedUnknown(text);
    const failure = readFailure(row);
    if (failure !== null) return rejectedFailed(text, failure);
    return { kind: 'stored', imageId: row.id, isReady: row.status === 'READY' };
  };
}
