import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BlobTooLargeError } from '../../../src/storage/blob-store.ts';
import { openStaging, type Staging } from '../../../src/storage/staging.ts';
import { sha256 } from '../../support/sha256.ts';

let directory: string;
let staging: Staging;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sightline-test-'));
  staging = await openStaging(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function* pieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

test.each([0, 1, 65_536, 524_288, 524_289, 3_000_001])(
  '%i bytes are written as they came, and hashed',
  async (length) => {
    const bytes = randomBytes(length);
    const staged = await staging.write(Readable.from(pieces(bytes, 60_007)), length);
    expect(staged).toMatchObject({ byteSize: length, sha256: sha256(bytes) });
    expect(bytes.equals(await readFile(staged.file))).toBe(true);
    await rm(staged.file);
  },
);

test('a file that is too large, or that breaks off, leaves nothing and is not read any further', async () => {
  const large = Readable.from(pieces(randomBytes(2_000_000), 100_000));
  await expect(staging.write(large, 1_999_999)).rejects.toThrow(BlobTooLargeError);
  const broken = Readable.from(
    (async function* () {
      yield randomBytes(700_000);
      throw new Error('cut off');
    })(),
  );
  await expect(staging.write(broken, 1e9)).rejects.toThrow('cut off');
  expect([large.destroyed, broken.destroyed]).toEqual([true, true]);
  expect(await readdir(directory)).toEqual([]);
});

test('a file is too large also when its source fails in its own way once nobody reads it', async () => {
  const bytes = Readable.from(
    (async function* () {
      try {
        for (;;) yield randomBytes(100_000);
      } catch (error) {
        throw new Error('The connection was closed.', { cause: error });
      }
    })(),
    { objectMode: false },
  );
  await expect(staging.write(bytes, 450_000)).rejects.toThrow(BlobTooLargeError);
  expect(await readdir(directory)).toEqual([]);
});

test('a file that fails before it is read does not end the process', async () => {
  const bytes = new Readable({ read() {} });
  const written = staging.write(bytes, 1e9);
  bytes.destroy(new Error('gone'));
  await expect(written).rejects.toThrow('gone');
});

test('bytes are not left waiting when the directory has gone', async () => {
  const lost = await openStaging(join(directory, 'lost'));
  await rm(join(directory, 'lost'), { recursive: true });
  const bytes = Readable.from(pieces(randomBytes(200_000), 50_000));
  await expect(lost.write(bytes, 1e9)).rejects.toThrow('no longer exists');
  expect(bytes.destroyed).toBe(true);
});
