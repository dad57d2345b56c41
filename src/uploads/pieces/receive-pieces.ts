import { Readable } from 'node:stream';
import { sumStoredBytes } from '../../images/bytes/stored-bytes.repository.ts';
import { getPlan } from '../../organizations/organizations.repository.ts';
import type { Resources } from '../../resources.ts';
import { QuotaExceededError } from '../../user-error.ts';
import { type Reception, receiveUpload } from '../receive-upload.ts';
import type { UploadRow } from '../upload-row.ts';
import { isClaimed } from './claim.repository.ts';
import { whileClaimed } from './claim.ts';
import { listPieces, nextByteOf, type Piece, sumPieces } from './pieces.repository.ts';
import { keepingCut, removePieces, storePieces } from './store-pieces.ts';

type App = Pick<Resources, 'db' | 'blobs' | 'config' | 'hints' | 'logger'>;

/** The outcome for a request that sends bytes of a large file, or asks how many have arrived. */
export type Progress =
  | Reception
  /** More bytes are missing, from this one on. */
  | { kind: 'incomplete'; nextByte: number }
  /** Nothing was changed: the bytes do not follow those that have arrived. */
  | { kind: 'elsewhere'; nextByte: number }
  /** Nothing was changed: another request is sending. */
  | { kind: 'busy' };

/** Bytes of a file, from `startByte` up to before `endByte`. */
export interface SentPart {
  startByte: number;
  endByte: number;
  /** How many bytes the file has; null: not known yet. */
  totalBytes: number | null;
}

/**
 * Receives a whole file in one request. If its bytes are cut, those that have arrived are kept, and the client can send the rest.
 * @param open the bytes, which are only requested from the client when nothing stands against them.
 * @throws the error of the stream.
 */
export async function receiveWhole(app: App, upload: UploadRow, open: () => Readable): Promise<Progress> {
  const progress = await whileClaimed(app, upload, async () => {
    const reception = await receiveUpload({ ...app, blobs: keepingCut(app, upload) }, upload, open());
    if (reception.kind !== 'over quota') await removePieces(app, upload);
    return reception;
  });
  return progress ?? { kind: 'busy' };
}

/**
 * Receives a part of a file, and the whole file with its last part. A part that begins at 0 starts again.
 * @param open as above. @throws the error of the stream; what arrived before is kept.
 */
export async function receivePart(
  app: App,
  upload: UploadRow,
  part: SentPart,
  open: () => Readable,
): Promise<Progress> {
  const progress = await whileClaimed(app, upload, async (): Promise<Progress> => {
    const nextByte = nextByteOf(await listPieces(app.db, upload));
    if (part.startByte !== nextByte && part.startByte !== 0) return { kind: 'elsewhere', nextByte };
    const overQuota = await findOverQuota(app, upload, { bytes: part.totalBytes ?? part.endByte, counted: nextByte });
    if (overQuota) return { kind: 'over quota', message: overQuota.message };
    if (part.startByte !== nextByte) await removePieces(app, upload);
    await storePieces(app, upload, { ...part, isLast: part.endByte === part.totalBytes }, open());
    return finishIfWhole(app, upload, part.totalBytes);
  });
  return progress ?? { kind: 'busy' };
}

/** Where a client goes on. A file of which all bytes have arrived is received now, if it was not before. */
export async function findProgress(app: App, upload: UploadRow, totalBytes: number | null): Promise<Progress> {
  // The upload is claimed only to finish it: otherwise a question would make the server refuse a client that begins to send meanwhile.
  if (await isClaimed(app.db, upload)) return { kind: 'busy' };
  const nextByte = nextByteOf(await listPieces(app.db, upload));
  if (!isWhole(nextByte, totalBytes)) return { kind: 'incomplete', nextByte };
  const progress = await whileClaimed(app, upload, () => finishIfWhole(app, upload, totalBytes));
  return progress ?? { kind: 'busy' };
}

function isWhole(nextByte: number, totalBytes: number | null): boolean {
  return nextByte > 0 && nextByte === totalBytes;
}

async function finishIfWhole(app: App, upload: UploadRow, totalBytes: number | null): Promise<Progress> {
  const pieces = await listPieces(app.db, upload);
  const nextByte = nextByteOf(pieces);
  if (!isWhole(nextByte, totalBytes)) return { kind: 'incomplete', nextByte };
  try {
    const reception = await receiveUpload(app, upload, joined(app, upload.organization_id, pieces));
    if (reception.kind !== 'over quota') await removePieces(app, upload);
    return reception;
  } catch (error) {
    if (!(error instanceof LostPieceError)) throw error;
    app.logger.error({ err: error, uploadId: upload.id }, 'Bytes of an upload are lost, so it starts again.');
    await removePieces(app, upload);
    return { kind: 'elsewhere', nextByte: 0 };
  }
}

class LostPieceError extends Error {}

/** The bytes of all pieces, one after the other. */
function joined({ blobs }: App, organizationId: string, pieces: readonly Piece[]): Readable {
  async function* bytes(): AsyncGenerator<Buffer> {
    for (const { id } of pieces) {
      const piece = await blobs.read({ organizationId, pieceId: id }).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? new LostPieceError('A piece is not in the store.', { cause: error }) : error;
      });
      yield* piece.bytes as AsyncIterable<Buffer>;
    }
  }
  return Readable.from(bytes(), { objectMode: false });
}

/** Checked again when the file is whole; pieces count before that, or anyone could fill the disk with them. */
async function findOverQuota(
  { db }: App,
  { organization_id }: UploadRow,
  { bytes, counted }: { bytes: number; counted: number },
): Promise<QuotaExceededError | null> {
  const { maxStorageBytes: limit } = await getPlan(db, organization_id);
  if (limit === null) return null;
  const used = (await sumStoredBytes(db, organization_id)) + (await sumPieces(db, organization_id));
  return used - counted + bytes > limit ? new QuotaExceededError(limit, used) : null;
}
