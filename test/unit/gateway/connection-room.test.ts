import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { keepRoom, openFilesLimit } from '../../../src/gateway/http/connection-room.ts';

test('connections leave descriptors for files, the database and engines', () => {
  const server = createServer();
  keepRoom(server, 1_024);
  expect(server.maxConnections).toBe(768);
});

test('where the limit is not known, nothing is bounded', () => {
  const server = createServer();
  keepRoom(server, null);
  expect(server.maxConnections).toBeUndefined();
});

test('Linux tells the limit of the process', async () => {
  const limit = await openFilesLimit();
  expect(limit === null ? process.platform : limit).not.toBe('linux');
});
