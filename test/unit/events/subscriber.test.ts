import { describe, expect, test } from 'vitest';
import { Subscriber, type SubscriberOptions } from '../../../src/events/subscriber.ts';
import { SubscriberIndex } from '../../../src/events/subscriber-index.ts';
import { loadEventEntity, wantEntity } from '../../../src/events/tick.ts';
import { eventAt, onTick } from './events-of.ts';

const everything = { consider: () => true, wake: () => undefined };

function subscriber(given: Partial<SubscriberOptions> = {}): Subscriber {
  return new Subscriber(everything, {
    filter: { organizationId: 'organization', kind: 'ANALYSIS' },
    after: { xid: '0', id: '0' },
    queueLimit: 3,
    ...given,
  });
}

function takeAll(from: Subscriber): string[] {
  const ids = [];
  for (let event = from.take(); event; event = from.take()) ids.push(event.id);
  return ids;
}

describe('subscriber', () => {
  test('has nothing at or before the position it joined with', () => {
    const joined = subscriber({ after: { xid: '2', id: '2' } });
    for (const id of [1, 2, 3]) joined.offer(onTick(eventAt(id, id)));
    expect(takeAll(joined)).toEqual(['3']);
  });

  test('gives up a full queue and names the position before what was not taken', () => {
    const slow = subscriber();
    for (const id of [4, 5, 6, 7]) slow.offer(onTick(eventAt(id, id)));
    expect(slow.behindFrom).toEqual({ xid: '4', id: '3' });
    expect(takeAll(slow)).toEqual([]);
  });

  test('never merges changes of status', () => {
    const open = subscriber();
    for (const id of [1, 2]) open.offer(onTick(eventAt(id, id, { entityId: 'same' })));
    expect(takeAll(open)).toEqual(['1', '2']);
  });

  test('keeps only the latest progress of each batch, in the order of the log', () => {
    const progress = subscriber({ filter: { organizationId: 'organization', kind: 'BATCH' } });
    const batches = ['a', 'b', 'a', 'a', 'b', 'c', 'a'];
    for (const [index, entityId] of batches.entries())
      progress.offer(onTick(eventAt(index + 1, index + 1, { kind: 'BATCH', entityId })));
    expect(progress.behindFrom).toBe(null);
    expect(takeAll(progress)).toEqual(['5', '6', '7']);
  });
});

describe('subscriber index', () => {
  test('asks only those that stand under the event, each once', () => {
    const index = new SubscriberIndex();
    const base = { organizationId: 'organization', kind: 'ANALYSIS' } as const;
    const whole = subscriber();
    const listed = subscriber({ filter: { ...base, entityIds: ['x', 'y', 'x'] } });
    const ofBatch = subscriber({ filter: { ...base, batchId: 'batch', taskId: 'task' } });
    const ofTask = subscriber({ filter: { ...base, taskId: 'task' } });
    const others = Array.from({ length: 1_000 }, (_, n) => subscriber({ filter: { ...base, batchId: `other-${n}` } }));
    for (const one of [whole, listed, ofBatch, ofTask, ...others]) index.add(one);
    const event = eventAt(1, 1, { entityId: 'x', batchIds: ['batch', 'second'], taskId: 'task' });
    const asked = [...index.matching(event)];
    expect(asked).toHaveLength(4);
    for (const one of [whole, listed, ofBatch, ofTask]) expect(asked.includes(one)).toBe(true);
    for (const one of [whole, listed, ofBatch, ofTask, ...others]) index.delete(one);
    expect([...index.matching(event)]).toEqual([]);
  });

  test('does not mix organisations and kinds', () => {
    const index = new SubscriberIndex();
    index.add(subscriber());
    expect([...index.matching(eventAt(1, 1, { organizationId: 'other' }))]).toEqual([]);
    expect([...index.matching(eventAt(1, 1, { kind: 'IMAGE' }))]).toEqual([]);
  });
});

describe('loadEventEntity', () => {
  test('loads all wanted entities of a tick in one call, each organisation by itself', async () => {
    const calls: string[][] = [];
    const load = async (ids: readonly string[]) => {
      calls.push([...ids]);
      return ids.map((id) => ({ id }));
    };
    const first = onTick(eventAt(1, 1));
    const events = [
      first,
      onTick(eventAt(1, 2), first.tick),
      onTick(eventAt(1, 3, { organizationId: 'other' }), first.tick),
    ];
    for (const event of events) wantEntity(event);
    const loaded = [];
    for (const event of events) loaded.push((await loadEventEntity(event, load))?.id);
    expect(loaded).toEqual(['entity-1', 'entity-2', 'entity-3']);
    expect(calls).toEqual([['entity-1', 'entity-2'], ['entity-3']]);
  });

  test('fails only those who ask for what could not be loaded', async () => {
    const event = onTick(eventAt(1, 1));
    const other = onTick(eventAt(1, 2), event.tick);
    for (const one of [event, other]) wantEntity(one);
    const load = async (ids: readonly string[]) =>
      ids.map((id) => (id === 'entity-1' ? { id } : new Error('gone wrong')));
    await expect(loadEventEntity(event, load)).resolves.toEqual({ id: 'entity-1' });
    await expect(loadEventEntity(other, load)).rejects.toThrow('gone wrong');
  });
});
