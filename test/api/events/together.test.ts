import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventState } from '../../../src/events/event.ts';
import type { MemberSet, StreamItem } from '../../../src/events/stream.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
  anyState,
  drain,
  type LogProcess,
  newEvent,
  nextEvent,
  passHorizon,
  request,
  startLogProcess,
  writeEvents,
} from './log-fixture.ts';

let database: TestDatabase;
let server: LogProcess;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startLogProcess(database);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

const isSettled = ({ status }: EventState) => status === 'SUCCEEDED';

/** Sets of one member each, named by their keys; a key may have a member that cannot be read. */
function countingSets() {
  const reads: { organizationId: string; keys: readonly string[] }[] = [];
  const read: MemberSet['read'] = async (_trx, organizationId, keys) => {
    reads.push({ organizationId, keys });
    if (keys.includes('broken')) throw new Error('no such set');
    const members = keys.map((key) => {
      const member = { entityId: key, settled: true, state: anyState({ status: 'SUCCEEDED' }), at: new Date() };
      return [key, [member]] as const;
    });
    return new Map(members);
  };
  const open = (organizationId: string, key: string) =>
    server.events.open(request(organizationId, null, { batchId: key, memberSet: { key, read }, isSettled }));
  return { reads, open };
}

function entityOf(item: StreamItem): string {
  return item.type === 'event' ? item.event.entityId : item.reason;
}

test('streams that begin at once are read together, each with the members of its own set', async () => {
  const organizations = [newId(), newId()];
  const { reads, open } = countingSets();
  const wanted = Array.from({ length: 100 }, (_, index) => ({
    key: newId(),
    organizationId: organizations[index % 2]!,
  }));
  const items = await Promise.all(wanted.map(({ organizationId, key }) => drain(open(organizationId, key))));
  expect(items.map((each) => each.map(entityOf))).toEqual(wanted.map(({ key }) => [key]));
  // Two streams begin at once, the other 98 when the first of them has; for each of two organisations.
  expect(reads.length).toBeLessThanOrEqual(6);
  for (const { organizationId, keys } of reads)
    for (const key of keys) expect(wanted).toContainEqual({ key, organizationId });
});

test('a set that cannot be read fails its own stream only', async () => {
  const organizationId = newId();
  const { open } = countingSets();
  const keys = [newId(), newId(), newId(), 'broken', newId()];
  const outcomes = await Promise.allSettled(keys.map((key) => drain(open(organizationId, key))));
  expect(outcomes.map(({ status }) => status)).toEqual(
    keys.map((key) => (key === 'broken' ? 'rejected' : 'fulfilled')),
  );
});

test('a process that has just started resumes streams from what happened shortly before', async () => {
  const organizationId = newId();
  const before = await server.events.currentCursor();
  const events = [newEvent(organizationId), newEvent(organizationId)];
  await writeEvents(database.db, events);
  await passHorizon(database.db);
  const started = await startLogProcess(database, { ringEvents: 100 });
  const stream = started.events.open(request(organizationId, before));
  const first = await nextEvent(stream);
  expect(started.events.stats().ringEvents).toBeGreaterThanOrEqual(2);
  expect([first.event.entityId, (await nextEvent(stream)).event.entityId]).toEqual(
    events.map(({ entityId }) => entityId),
  );
  await stream.return!();
  await started.close();
});
