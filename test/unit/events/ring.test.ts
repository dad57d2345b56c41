import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ring } from '../../../src/events/ring.ts';
import { eventAt } from './events-of.ts';

describe('ring', () => {
  test('gives from every covered position exactly the rest, in pages', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        (gaps, limit) => {
          const ring = new Ring(1_000, { xid: '0', id: '0' });
          let xid = 0;
          const events = gaps.map((gap, index) => {
            xid += gap;
            return eventAt(xid, index + 1);
          });
          for (const event of events) ring.append([event], event);
          for (let start = 0; start <= xid; start++) {
            const found = [];
            for (let after = { xid: String(start), id: '0' }; ; ) {
              const page = ring.read(after, () => true, limit);
              found.push(...page.events);
              after = page.end;
              if (page.events.length === 0) break;
            }
            expect(found).toEqual(events.filter((event) => Number(event.xid) >= start));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('forgets the oldest beyond its capacity and says so', () => {
    const ring = new Ring(10, { xid: '0', id: '0' });
    const events = Array.from({ length: 100 }, (_, index) => eventAt(index + 1, index + 1));
    for (const event of events) ring.append([event], { xid: event.xid, id: event.id });
    expect(ring.size).toBeLessThanOrEqual(12);
    expect(ring.covers({ xid: '50', id: '50' })).toBe(false);
    expect(ring.covers({ xid: '91', id: '91' })).toBe(true);
    expect(ring.read({ xid: '91', id: '91' }, () => true, 100).events).toEqual(events.slice(91));
  });

  test('forgets what is older than a day, which an organisation may not want to be told of any more', () => {
    const ring = new Ring(10, { xid: '0', id: '0' });
    const old = new Date(Date.now() - 25 * 3_600_000);
    const events = [eventAt(1, 1, { at: old }), eventAt(2, 2, { at: old }), eventAt(3, 3)];
    ring.append(events, { xid: '4', id: '0' });
    expect(ring.covers({ xid: '1', id: '1' })).toBe(false);
    expect(ring.read({ xid: '2', id: '2' }, () => true, 10).events).toEqual([events[2]]);
  });

  test('keeps the position of a reader that is ahead of it', () => {
    const ring = new Ring(10, { xid: '5', id: '0' });
    expect(ring.read({ xid: '9', id: '3' }, () => true, 10)).toEqual({ events: [], end: { xid: '9', id: '3' } });
  });
});
