import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CursorKey, decodeCursor, encodeCursor, type ResumePoint } from '../../../src/events/cursor.ts';
import { comparePositions, justBefore } from '../../../src/events/position.ts';
import { isVisible, parseSnapshot } from '../../../src/events/snapshot.ts';

const key: CursorKey = { secret: createSecretKey(Buffer.alloc(32, 7)), epoch: 3 };
const decimal = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const position = fc.record({ xid: decimal, id: decimal });

function plain(xid: string, id: string): ResumePoint {
  return { position: { xid, id }, snapshot: null, toldUpTo: null };
}

describe('cursor', () => {
  test('comes back as the point it was made of', () => {
    fc.assert(
      fc.property(position, (at) => {
        const decoded = decodeCursor(key, encodeCursor(key, { position: at, snapshot: null, toldUpTo: null }));
        expect(decoded).toEqual({ point: plain(at.xid, at.id) });
      }),
    );
  });

  test('keeps of a snapshot exactly what decides about events after its position', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 10, max: 40 })), fc.integer({ min: 10, max: 45 }), (running, at) => {
        const snapshot = parseSnapshot(`10:41:${running.join(',')}`);
        const text = encodeCursor(key, { position: { xid: String(at), id: '5' }, snapshot, toldUpTo: null });
        const decoded = decodeCursor(key, text);
        if (typeof decoded === 'string') throw new Error(decoded);
        for (let xid = at; xid < 50; xid++) {
          const known = decoded.point.snapshot !== null && isVisible(decoded.point.snapshot, String(xid));
          expect(known).toBe(isVisible(snapshot, String(xid)));
        }
      }),
    );
  });

  test('keeps the last member told, also when no transaction was running', () => {
    const told = '018f0000-0000-7000-8000-000000000001';
    const point = { position: { xid: '12', id: '0' }, snapshot: parseSnapshot('12:12:'), toldUpTo: told };
    expect(decodeCursor(key, encodeCursor(key, point))).toEqual({ point });
  });

  test('is foreign with another secret, in another epoch, and with any byte changed', () => {
    const text = encodeCursor(key, plain('100', '7'));
    expect(decodeCursor({ ...key, epoch: 4 }, text)).toBe('foreign');
    expect(decodeCursor({ ...key, secret: createSecretKey(Buffer.alloc(32, 8)) }, text)).toBe('foreign');
    const bytes = Buffer.from(text, 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      expect(['foreign', 'malformed']).toContain(decodeCursor(key, changed.toString('base64url')));
    }
  });

  test('is malformed when no server ever made such a text', () => {
    for (const text of ['', 'x', 'not a cursor', 'MQ==', '0', '🐙', `${encodeCursor(key, plain('1', '1'))}=`])
      expect(decodeCursor(key, text)).toBe('malformed');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeCursor(key, text)).toBe('malformed');
      }),
    );
  });

  test('is short enough for any URL', () => {
    expect(encodeCursor(key, plain('123456789012', '123456789012')).length).toBeLessThan(60);
  });
});

describe('position', () => {
  test('compares as numbers, transaction first', () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        const order = BigInt(a.xid) - BigInt(b.xid) || BigInt(a.id) - BigInt(b.id);
        expect(Math.sign(comparePositions(a, b))).toBe(order === 0n ? 0 : order < 0n ? -1 : 1);
      }),
    );
  });

  test('leaves nothing between an event and what is just before it', () => {
    expect(justBefore({ xid: '9', id: '10000000000000000000' })).toEqual({ xid: '9', id: '9999999999999999999' });
  });
});
