import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blobPath } from '../../../src/storage/blob-path.ts';

const organizationId = '01890a5d-ac96-774b-bcce-b302099a8057';
const sha256 = 'ab'.repeat(32);

test('a blob, its renditions and exports lie in the folder of their organisation', () => {
  expect(blobPath({ organizationId, sha256 })).toBe(`${organizationId}/ab/${sha256}`);
  expect(blobPath({ organizationId, sha256, derived: 'w320' })).toBe(`${organizationId}/ab/${sha256}.w320`);
  expect(blobPath({ organizationId, exportId: organizationId })).toBe(`${organizationId}/exports/${organizationId}`);
});

test('whatever a key is made of, its path stays inside of that folder or there is none', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('..', '.', '', '/', '../..', `${organizationId}/..`, `${sha256}/../..`, `${sha256}\n`, sha256),
    fc.uuid(),
  );
  const derived = fc.oneof(fc.constant(undefined), fc.constant('w320.webp'), text);
  const key = fc.record({ organizationId: text, sha256: text, derived });
  const ofExport = fc.record({ organizationId: text, exportId: text });
  fc.assert(
    fc.property(fc.oneof(key, ofExport), (candidate) => {
      let path: string;
      try {
        path = blobPath(candidate as Parameters<typeof blobPath>[0]);
      } catch {
        return;
      }
      expect(posix.normalize(path)).toBe(path);
      expect(path.split('/')).toHaveLength(3);
      expect(path.startsWith(`${candidate.organizationId}/`)).toBe(true);
      expect(candidate.organizationId).toMatch(/^[0-9a-f-]{36}$/);
    }),
  );
});

test.each([
  { organizationId: '..'.repeat(18), sha256 },
  { organizationId: '-'.repeat(36), sha256 },
  { organizationId, sha256: '../'.repeat(21) },
  { organizationId, sha256, derived: '' },
  { organizationId, sha256, derived: 'w320/../x' },
  { organizationId, sha256, derived: 'w320..x' },
  { organizationId, exportId: '../../../../../../../../../../../etc' },
])('%j is refused', (key) => {
  expect(() => blobPath(key)).toThrow("is not a valid part of a blob's key");
});
