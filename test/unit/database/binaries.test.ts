import { describe, expect, it } from 'vitest';
import { findBinaries } from '../../../src/database/embedded/binaries.ts';

describe('findBinaries', () => {
  it('tells the user of a platform without binaries to set DATABASE_URL', () => {
    expect(() => findBinaries({ os: 'linux', arch: 'riscv64', musl: false })).toThrow(
      /No bundled PostgreSQL is installed for linux-riscv64.*set DATABASE_URL=/s,
    );
  });

  it('says on musl that the bundled PostgreSQL needs glibc', () => {
    expect(() => findBinaries({ os: 'linux', arch: 'x64', musl: true })).toThrow(/needs glibc.*musl.*DATABASE_URL/s);
  });

  it('finds what npm installed for this platform', () => {
    expect(findBinaries().version).toMatch(/^\d+\.\d+/);
  });
});
