import { describe, expect, test } from 'vitest';
import { confirmVerification } from '../../../../src/recognition/local-features/confirm.ts';

const seen = (score: number) => ({ score, inliers: Math.ceil(score) });
const taught = (score: number, alone = false) => ({ verification: seen(score), alone });

describe('an item with pictures that it was taught', () => {
  test('agrees in the mean of ln(1 + score) of its own and the better of both', () => {
    expect(confirmVerification(seen(3), [taught(15)])!.score).toBeCloseTo(7, 9);
    expect(confirmVerification(seen(3), [taught(15), taught(8), taught(0)])!.score).toBeCloseTo(7, 9);
  });

  test('agrees no less than without them', () => {
    expect(confirmVerification(seen(20), [taught(5)])).toEqual(seen(20));
    expect(confirmVerification(seen(20), [])).toEqual(seen(20));
  });

  test('is known by one that stands alone, or when it has no other', () => {
    expect(confirmVerification(seen(0), [taught(40)])!.score).toBeLessThan(8);
    expect(confirmVerification(seen(0), [taught(40, true)])).toEqual(seen(40));
    expect(confirmVerification(null, [taught(40)])).toEqual(seen(40));
    expect(confirmVerification(null, [])).toBeNull();
  });
});
