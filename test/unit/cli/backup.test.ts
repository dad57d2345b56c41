import { afterEach, expect, test, vi } from 'vitest';
import { ofFullDisk } from '../../../src/backup/full-disk.ts';
import { makeBackup } from '../../../src/backup/make-backup.ts';
import { tellProgress } from '../../../src/cli/copy-progress.ts';

afterEach(() => vi.useRealTimers());

test('a copy tells how far it is, but not of each file', () => {
  vi.useFakeTimers();
  const lines: string[] = [];
  const onFile = tellProgress('Copied', (line) => lines.push(line));
  for (let file = 0; file < 1_200; file += 1) onFile(1e6);
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(5_000);
  onFile(1e9);
  onFile(1e9);
  expect(lines).toEqual(['Copied 1,201 files, 2.2 GB so far.\n']);
});

test('a full disk is named, with the way out', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  expect(ofFullDisk(full, '/backups/today')).toMatchObject({
    message: expect.stringMatching(/^The disk of \/backups\/today is full\. Nothing was kept; free space there, or /),
    cause: full,
  });
  const other = Object.assign(new Error('EACCES'), { code: 'EACCES' });
  expect(ofFullDisk(other, '/backups/today')).toBe(other);
});

test.runIf(process.platform === 'linux')(
  'a directory that cannot be made is named, and not tried for ever',
  async () => {
    const source = {
      storeDirectory: null,
      home: '/',
      cluster: { superuserUrl: '', directory: '/' },
      postgresVersion: '18',
    };
    for (const directory of ['/proc/backups', '/proc/backups/today'])
      await expect(makeBackup(source, directory, () => {})).rejects.toThrow(
        'The directory /proc/backups cannot be made (ENOENT). Name another one.',
      );
  },
);
