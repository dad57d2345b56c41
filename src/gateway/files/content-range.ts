import type { SentPart } from '../../uploads/pieces/receive-pieces.ts';

/** What a request with the header Content-Range wants: to send a part of a file, or to know how much of it has arrived. */
export type ContentRange = ({ kind: 'part' } & SentPart) | { kind: 'question'; totalBytes: number | null };

/** `bytes FIRST-LAST/SIZE` is a part. With `*` for FIRST-LAST it is a question; with `*` for SIZE the size is not known. null: anything else. */
export function parseContentRange(header: string): ContentRange | null {
  const match = /^bytes\s+(?:\*|(\d{1,15})-(\d{1,15}))\/(?:\*|(\d{1,15}))$/i.exec(header.trim());
  if (!match) return null;
  const [, first, last, size] = match;
  const totalBytes = size === undefined ? null : Number(size);
  if (first === undefined) return { kind: 'question', totalBytes };
  const [startByte, endByte] = [Number(first), Number(last) + 1];
  if (startByte >= endByte || (totalBytes !== null && endByte > totalBytes)) return null;
  return { kind: 'part', startByte, endByte, totalBytes };
}
