import { describe, expect, test } from 'vitest';
import { findBinaries } from '../../../src/database/embedded/binaries.ts';

describe('findBinaries', () => {
  test('tells the user of a platform without binaries to set DATABASE_URL', () => {
    expect(() => findBinaries({ os: 'linux', arch: 'riscv64', musl: false })).toThrow(
      /No bundled PostgreSQL is installed for linux-riscv64.*set DATABASE_URL=/s,
    );
  });

  test('says on musl that the bundled PostgreSQL needs glibc', () => {
    expect(() => findBinaries({ os: 'linux', arch: 'x64', musl: true })).toThrow(/needs glibc.*musl.*DATABASE_URL/s);
  });

  test('finds what npm installed for this platform', () => {
    expect(findBinaries().version).toMatch(/^\d+\.\d+/);
  });
});
