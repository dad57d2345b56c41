import { expect, test } from 'vitest';
import { firstIndexing, indexingAfter, isAwaited, isImageSettled, mayMove } from '../../../src/images/life.ts';

const statuses = ['AWAITING_UPLOAD', 'FETCHING', 'READY', 'FAILED'] as const;

test('an image that awaits bytes becomes READY or FAILED, one that FAILED may await them again, one that is READY stays so', () => {
  const moves = statuses.flatMap((from) => statuses.filter((to) => mayMove(from, to)).map((to) => `${from} → ${to}`));
  expect(moves).toEqual([
    'AWAITING_UPLOAD → READY',
    'AWAITING_UPLOAD → FAILED',
    'FETCHING → READY',
    'FETCHING → FAILED',
    'FAILED → AWAITING_UPLOAD',
    'FAILED → FETCHING',
  ]);
  expect(statuses.filter(isAwaited)).toEqual(['AWAITING_UPLOAD', 'FETCHING']);
});

test.each([
  ['FAILED', 'INDEXING', 'FAILED'],
  ['FAILED', 'NOT_INDEXED', 'NOT_INDEXED'],
  ['READY', 'INDEXING', 'INDEXING'],
  ['AWAITING_UPLOAD', 'FAILED', 'INDEXING'],
  ['FETCHING', 'FAILED', 'INDEXING'],
  ['FETCHING', 'NOT_INDEXED', 'NOT_INDEXED'],
] as const)('a move to %s makes of the indexing status %s: %s', (to, before, after) => {
  expect(indexingAfter(to, before)).toBe(after);
});

test('only a new image that has a picture, or may get one, is INDEXING', () => {
  expect(statuses.map((status) => firstIndexing(status, true))).toEqual([
    'INDEXING',
    'INDEXING',
    'INDEXING',
    'NOT_INDEXED',
  ]);
  expect(statuses.map((status) => firstIndexing(status, false))).toEqual(Array(4).fill('NOT_INDEXED'));
});

test('nothing more happens by itself to one that is deleted, FAILED, or READY and not INDEXING', () => {
  expect(isImageSettled({ status: null, indexingStatus: null })).toBe(true);
  expect(isImageSettled({ status: 'FAILED', indexingStatus: 'FAILED' })).toBe(true);
  expect(isImageSettled({ status: 'READY', indexingStatus: 'INDEXED' })).toBe(true);
  expect(isImageSettled({ status: 'READY', indexingStatus: 'INDEXING' })).toBe(false);
  expect(isImageSettled({ status: 'FETCHING', indexingStatus: 'NOT_INDEXED' })).toBe(false);
});
