import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Position } from './event.ts';
import { compareDecimals } from './position.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * How much of the log a client has seen: everything up to `position`, and later events that are visible in `snapshot`. A reader of
 * present state has seen a snapshot, not a prefix of the log: a transaction that was still running then may precede others that had
 * been committed.
 */
export interface ResumePoint {
  position: Position;
  /** null: nothing after the position. */
  snapshot: Snapshot | null;
  /**
   * The client was receiving the present state of a finite set, in the order of ids, and this member was the last one. null: it has
   * received all of them, or none.
   */
  toldUpTo: string | null;
}

/** Makes the cursors of an installation valid in all its processes and nowhere else. */
export interface CursorKey {
  /** No bytes: making a key of them for each cursor takes four times as long as signing it. */
  secret: KeyObject;
  /** Changes when the database is restored elsewhere: transaction ids then have another meaning. */
  epoch: number;
}

export type DecodedCursor = { point: ResumePoint } | 'malformed' | 'foreign';

/** A text that no Sightline server ever issued as a cursor. */
export class InvalidCursorError extends Error {
  constructor() {
    super('`after` is not a cursor. Pass the cursor of an event, or an eventCursor, exactly as it was received.');
  }
}

/** 80 bits: too many to try, and a forged cursor could only skip events of the forger's own stream. */
const signatureBytes = 10;
const decimal = '(?:0|[1-9][0-9]{0,19})';
/** epoch.xid.id, then what only cursors from a snapshot have: .xmax.running,running and .toldUpTo */
const pattern = new RegExp(
  `^([1-9][0-9]{0,9})\\.(${decimal})\\.(${decimal})(?:\\.(${decimal})\\.((?:${decimal}(?:,${decimal})*)?)(?:\\.([0-9a-f-]{36}))?)?$`,
);

export function encodeCursor(key: CursorKey, point: ResumePoint): string {
  const payload = Buffer.from(pointToText(key.epoch, point));
  return Buffer.concat([sign(key.secret, payload), payload]).toString('base64url');
}

/** malformed: not a cursor. foreign: a cursor of another installation or epoch, or one that was changed. */
export function decodeCursor(key: CursorKey, text: string): DecodedCursor {
  const bytes = Buffer.from(text, 'base64url');
  // Node ignores characters that are not base64url; a text that does not encode to itself again is not one of ours.
  if (bytes.toString('base64url') !== text) return 'malformed';
  const payload = bytes.subarray(signatureBytes);
  const parts = pattern.exec(payload.toString('latin1'));
  if (!parts) return 'malformed';
  if (!timingSafeEqual(sign(key.secret, payload), bytes.subarray(0, signatureBytes))) return 'foreign';
  if (Number(parts[1]) !== key.epoch) return 'foreign';
  return { point: partsToPoint(parts) };
}

function pointToText(epoch: number, { position, snapshot, toldUpTo }: ResumePoint): string {
  const plain = `${epoch}.${position.xid}.${position.id}`;
  // Beyond xmax the snapshot has no information, so the cursors of a stream soon become short.
  const passed = !snapshot || compareDecimals(position.xid, snapshot.xmax) >= 0;
  if (!snapshot || (passed && toldUpTo === null)) return plain;
  const running = [...snapshot.running].filter((xid) => compareDecimals(xid, position.xid) >= 0);
  return `${plain}.${snapshot.xmax}.${running.join(',')}${toldUpTo === null ? '' : `.${toldUpTo}`}`;
}

function partsToPoint(parts: RegExpExecArray): ResumePoint {
  const position = { xid: parts[2]!, id: parts[3]! };
  const xmax = parts[4];
  if (xmax === undefined) return { position, snapshot: null, toldUpTo: null };
  const running = new Set(parts[5] ? parts[5].split(',') : []);
  return { position, snapshot: { xmin: position.xid, xmax, running }, toldUpTo: parts[6] ?? null };
}

function sign(secret: KeyObject, payload: Buffer): Buffer {
  return createHmac('sha256', secret).update(payload).digest().subarray(0, signatureBytes);
}
