import type { Readable } from 'node:stream';
import { newId } from '../../ids.ts';
import type { Resources } from '../../resources.ts';
import type { BlobStore, StagedBlob } from '../../storage/blob-store.ts';
import type { UploadRow } from '../upload-row.ts';
import { openCutStream } from './cut-stream.ts';
import { addPiece, takePieces } from './pieces.repository.ts';

type App = Pick<Resources, 'db' | 'blobs'>;

/** A longer body is stored in pieces of this many bytes: so much is lost when this process is killed. */
const pieceBytes = 16 * 1024 * 1024;
/** Only the last piece of a file may be smaller, so that 500 MB are 2,000 pieces at most. */
export const leastPieceBytes = 256 * 1024;

/** Which bytes of its file a request sends. */
export interface SentRange {
  startByte: number;
  /** Not included. */
  endByte: number;
  /** Whether the file ends there. */
  isLast: boolean;
}

/**
 * Stores bytes that go on behind the last piece of an upload, as further pieces.
 * @throws the error of the stream. What arrived before is kept, unless it is too little for a piece.
 */
export async function storePieces(app: App, upload: UploadRow, sent: SentRange, bytes: Readable): Promise<void> {
  const body = openCutStream(bytes);
  for (let startByte = sent.startByte; !body.hasEnded(); ) {
    const staged = await app.blobs.stage(body.take(pieceBytes), { maxBytes: sent.endByte - startByte });
    const isLast = sent.isLast && startByte + staged.byteSize === sent.endByte;
    if (!(await storePiece(app, upload, { staged, startByte, isLast }))) break;
    startByte += staged.byteSize;
  }
  bytes.destroy();
  if (body.cause() !== null) throw body.cause();
}

/**
 * The `stage` of the store for the whole file of an upload. When the bytes are cut, those that have arrived become its first piece, if it
 * has none.
 */
export function keepingCut(app: App, upload: UploadRow): Pick<BlobStore, 'stage'> {
  return {
    async stage(bytes, options) {
      const body = openCutStream(bytes);
      const staged = await app.blobs.stage(body.take(), options);
      if (body.cause() === null) return staged;
      await storePiece(app, upload, { staged, startByte: 0, isLast: false });
      throw body.cause();
    },
  };
}

/** @returns false: it is too small, or does not follow the last one. */
async function storePiece(
  { db, blobs }: App,
  upload: UploadRow,
  { staged, startByte, isLast }: { staged: StagedBlob; startByte: number; isLast: boolean },
): Promise<boolean> {
  const { byteSize, file } = staged;
  try {
    if (byteSize === 0 || (byteSize < leastPieceBytes && !isLast)) return false;
    const id = newId();
    const key = { organizationId: upload.organization_id, pieceId: id };
    await blobs.put(key, file);
    const isAdded = await db.transaction().execute((trx) => addPiece(trx, upload, { id, startByte, byteSize }));
    if (!isAdded) await blobs.remove(key);
    return isAdded;
  } finally {
    await staged.discard();
  }
}

/** Removes the pieces of an upload, because it starts again or does not need them any more. */
export async function removePieces(
  { db, blobs }: App,
  upload: Pick<UploadRow, 'id' | 'organization_id'>,
): Promise<void> {
  for (const pieceId of await takePieces(db, upload))
    await blobs.remove({ organizationId: upload.organization_id, pieceId });
}
