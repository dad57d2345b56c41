import { describe, expect, test } from 'vitest';
import { Settlement } from '../../../src/events/settlement.ts';
import { parseSnapshot } from '../../../src/events/snapshot.ts';
import { eventAt } from './events-of.ts';

const snapshot = parseSnapshot('10:20:12');
const isSettled = ({ status }: { status: string | null }) => status === 'SUCCEEDED';

describe('settlement', () => {
  test('does not count what the members were read with', () => {
    const settlement = new Settlement({ members: [{ entityId: 'a', settled: false }], snapshot, isSettled });
    settlement.observe(eventAt(11, 1, { entityId: 'a', state: { status: 'SUCCEEDED' } }));
    expect(settlement.complete).toBe(false);
    settlement.observe(eventAt(12, 2, { entityId: 'a', state: { status: 'SUCCEEDED' } }));
    expect(settlement.complete).toBe(true);
  });

  test('takes the end of an analysis or batch as final, however late its earlier progress is logged', () => {
    for (const [kind, complete] of [
      ['ANALYSIS', true],
      ['BATCH', true],
      ['IMAGE', false],
      ['CATALOG_ITEM', false],
    ] as const) {
      const settlement = new Settlement({ members: [{ entityId: 'a', settled: false }], snapshot, isSettled });
      settlement.observe(eventAt(21, 1, { kind, entityId: 'a', state: { status: 'SUCCEEDED' } }));
      settlement.observe(eventAt(22, 2, { kind, entityId: 'a', state: { status: 'RUNNING' } }));
      expect(settlement.complete).toBe(complete);
    }
  });

  test('is not concerned with entities that are no members', () => {
    const settlement = new Settlement({ members: [{ entityId: 'a', settled: true }], snapshot, isSettled });
    settlement.observe(eventAt(30, 1, { kind: 'IMAGE', entityId: 'b', state: { status: 'RUNNING' } }));
    expect(settlement.complete).toBe(true);
  });
});
