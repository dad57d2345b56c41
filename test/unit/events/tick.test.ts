import { expect, test } from 'vitest';
import { createTick, loadEventEntity, onTick, type TickEvent, wantEntity } from '../../../src/events/tick.ts';

function eventOf(entityId: string, tick = createTick()): TickEvent {
  const event = { kind: 'ANALYSIS', entityId, organizationId: 'org', id: entityId, xid: '1', tick };
  wantEntity(event as TickEvent);
  return event as TickEvent;
}

test('an entity that cannot be read because every connection is in use is read later', async () => {
  let attempts = 0;
  const load = async (ids: readonly string[]) => {
    attempts += 1;
    if (attempts < 3) throw new Error('timeout exceeded when trying to connect');
    return ids;
  };
  expect(await loadEventEntity(eventOf('a'), load)).toBe('a');
  expect(attempts).toBe(3);
});

test('any other error of reading is reported', async () => {
  const load = () => Promise.reject(new Error('no such table'));
  await expect(loadEventEntity(eventOf('a'), load)).rejects.toThrow('no such table');
});

test('the entities of events on one tick are read together', async () => {
  const tick = createTick();
  const reads: (readonly string[])[] = [];
  const load = async (ids: readonly string[]) => {
    reads.push(ids);
    return ids;
  };
  const events = ['a', 'b', 'c'].map((id) => eventOf(id, tick));
  expect(await loadEventEntity(events[1]!, load)).toBe('b');
  expect(await loadEventEntity(events[2]!, load)).toBe('c');
  expect(reads).toEqual([['a', 'b', 'c']]);
});

test('streams that read the same events from memory at the same moment get the same objects, by which they share responses', () => {
  const { tick: _tick, ...event } = eventOf('a');
  const tick = createTick();
  expect(onTick(event, tick)).toBe(onTick(event, tick));
  expect(onTick(event, tick)).toEqual({ ...event, tick });
  expect(onTick(event, createTick())).not.toBe(onTick(event, tick));
});
