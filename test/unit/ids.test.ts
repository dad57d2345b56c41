import fc from 'fast-check';
import { TypeID } from 'typeid-js';
import { expect, test } from 'vitest';
import { decodeId, encodeId, type IdKind, idPrefixes, newId } from '../../src/ids.ts';

const kinds = Object.keys(idPrefixes) as IdKind[];

test('ids are TypeIDs, and lead back to their UUIDs', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.constantFrom(...kinds), (uuid, kind) => {
      const id = encodeId(kind, uuid);
      expect(id).toBe(TypeID.fromUUID(idPrefixes[kind], uuid).toString());
      expect(decodeId(kind, id)).toBe(uuid);
    }),
  );
});

test('the first and the last UUID are ids, too', () => {
  for (const digit of ['0', 'f']) {
    const uuid = [8, 4, 4, 4, 12].map((length) => digit.repeat(length)).join('-');
    expect(encodeId('task', uuid)).toBe(TypeID.fromUUID('task', uuid).toString());
  }
});

test('ids sort by time of creation', () => {
  const ids = Array.from({ length: 100 }, () => encodeId('analysis', newId()));
  expect(ids.toSorted()).toEqual(ids);
});
