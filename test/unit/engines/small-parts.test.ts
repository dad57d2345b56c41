import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countCpus, planEngines } from '../../../workers/engines/pool/cpu-quota.ts';
import { MatrixLedger } from '../../../workers/engines/pool/matrix-ledger.ts';
import type { ItemMatrix } from '../../../workers/engines/protocol/item-matrix.ts';
import { makeTestFolder } from './support/pools.ts';

describe('counting processors', () => {
  async function machine(files: Record<string, string>): Promise<string> {
    const root = await makeTestFolder();
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
    return root;
  }

  test.each([
    ['nothing is limited', {}, 8],
    ['a container is limited', { 'sys/fs/cgroup/cpu.max': '250000 100000\n' }, 2],
    ['a container may use less than one', { 'sys/fs/cgroup/cpu.max': '50000 100000\n' }, 1],
    ['there is no quota', { 'sys/fs/cgroup/cpu.max': 'max 100000\n' }, 8],
    [
      'a service is limited by a group above it',
      { 'proc/self/cgroup': '0::/app.slice/s\n', 'sys/fs/cgroup/app.slice/cpu.max': '300000 100000\n' },
      3,
    ],
    [
      'control groups are of version 1',
      { 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '400000\n', 'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' },
      4,
    ],
    [
      'version 1 has no quota',
      { 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', 'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' },
      8,
    ],
  ])('when %s', async (_name, files, expected) => {
    expect(countCpus(await machine(files), 8)).toBe(expected);
  });

  test.each([
    [2, null, null, { engines: 1, threads: 2 }],
    [1, null, null, { engines: 1, threads: 1 }],
    [16, null, null, { engines: 4, threads: 4 }],
    [16, 2, null, { engines: 2, threads: 4 }],
    [4, 4, null, { engines: 4, threads: 1 }],
    [8, null, 1, { engines: 8, threads: 1 }],
    [2, 3, 5, { engines: 3, threads: 5 }],
  ])('%i processors, %s engines and %s threads asked for', (cpus, engines, threads, expected) => {
    expect(planEngines(cpus, engines, threads)).toEqual(expected);
  });
});

describe('item matrices in an engine', () => {
  function matrix(key: string, version = '1'): ItemMatrix {
    return { key, version, itemIds: ['a'], pictureIds: [[]], dims: 4, data: new Float32Array(4) };
  }
  const types = (used: ReturnType<MatrixLedger['use']>) => used.messages.map((message) => message.type);

  test('are sent once, and again when their version changes', () => {
    const ledger = new MatrixLedger();
    expect(types(ledger.use(matrix('a')))).toEqual(['matrix']);
    expect(types(ledger.use(matrix('a')))).toEqual([]);
    expect(types(ledger.use(matrix('a', '2')))).toEqual(['matrix']);
  });

  test('make room for each other, the least recently used first', () => {
    const ledger = new MatrixLedger(32);
    ledger.use(matrix('a'));
    ledger.use(matrix('b'));
    ledger.use(matrix('a'));
    expect(ledger.use(matrix('c')).messages).toMatchObject([
      { type: 'drop-matrix', slot: 'b@1' },
      { type: 'matrix', slot: 'c@1' },
    ]);
    expect(types(ledger.use(matrix('a')))).toEqual([]);
  });

  test('larger than everything are held alone', () => {
    const ledger = new MatrixLedger(8);
    ledger.use(matrix('a'));
    expect(types(ledger.use(matrix('b')))).toEqual(['drop-matrix', 'matrix']);
    expect(types(ledger.use(matrix('b')))).toEqual([]);
  });
});
