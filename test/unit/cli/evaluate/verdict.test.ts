import { describe, expect, test } from 'vitest';
import type { Proposal } from '../../../../src/cli/evaluate/proposals.ts';
import { defaultThreshold, taskThresholdFor } from '../../../../src/cli/evaluate/thresholds.ts';
import { formatVerdict } from '../../../../src/cli/evaluate/verdict/print-verdict.ts';
import { reachVerdict } from '../../../../src/cli/evaluate/verdict/verdict.ts';
import type { Evaluation, NamingEvaluation } from '../../../../src/recognition/evaluation/evaluate.ts';
import { objectnessThreshold } from '../../../../src/recognition/threshold.ts';

interface Case {
  pictures?: number;
  right: number;
  found: number;
  trueBoxes: number;
  countError?: number;
  bestF1?: number;
  /** Of products of 12 to 20 px, and of the others. */
  narrow?: { found: number; trueBoxes: number };
  naming?: NamingEvaluation;
}

function evaluation(measured: Case): Evaluation {
  const { pictures = 20, right, found, trueBoxes, countError = 0.05, naming = null } = measured;
  const narrow = measured.narrow ?? { found: 0, trueBoxes: 0 };
  const range = (from: number, to: number | null, each: { found: number; trueBoxes: number }) => {
    return { from, to, ...each, recall: each.trueBoxes === 0 ? null : each.found / each.trueBoxes };
  };
  const f1 = (2 * right) / (found + trueBoxes);
  const scores = { precision: right / found, recall: right / trueBoxes };
  return {
    ...{ pictures, trueBoxes, countError, naming, ap50: 0.9, sweep: [] },
    atThreshold: { found, right, ...scores, f1 },
    recallByWidth: [
      range(12, 20, narrow),
      range(20, null, { found: right - narrow.found, trueBoxes: trueBoxes - narrow.trueBoxes }),
    ],
    bestThreshold: { threshold: 0.4, ...scores, f1: measured.bestF1 ?? f1 },
  };
}

function named(changes: Partial<NamingEvaluation>): NamingEvaluation {
  return {
    items: { right: 300, wrong: 0, open: 100 },
    foreign: { named: 0, open: 100 },
    nothing: { named: 0, open: 0 },
    ...{ rightOfNamed: null, rightOfAll: null, coverage: 0.75, likeliestRight: 0.8, confusions: [] },
    ...{ reliability: { ranges: [], error: null }, acceptProposal: null },
    ...changes,
  };
}

const accept = (proposed: number | null): Proposal => {
  return { file: 'pipelines/a.json', setting: 'verification.acceptConfidence', now: 0.7, proposed, why: '' };
};
const detector = (proposed: number | null): Proposal => {
  return { file: 'a/1/manifest.json', setting: 'variants.int8.threshold', now: 0.544, proposed, why: '' };
};

const verdictOf = (measured: Case, proposals: Proposal[] = []) => reachVerdict(evaluation(measured), proposals, 800);

describe('a share', () => {
  test('works when even the lower end of its interval is good', () => {
    const { basis, works, unsure, doesNotWork, next } = verdictOf({ right: 960, found: 990, trueBoxes: 1000 });
    expect(basis).toBe('Measured on 20 pictures with 1000 products.');
    expect(works).toEqual([
      '96 % of the products are found (960 of 1000; 95 % interval 94 to 98 %). That is above 90 %, from which on it counts as good.',
      expect.stringMatching(/^97 % of the boxes found are products \(960 of 990; /),
      'Counts are off by 5.0 %. Up to 10 % counts as good.',
    ]);
    expect([unsure, doesNotWork]).toEqual([[], []]);
    expect(next).toEqual([expect.stringMatching(/^Use it as it is\./)]);
  });

  test('of few boxes proves nothing, however good', () => {
    const { basis, works, unsure, next } = verdictOf({ pictures: 1, right: 20, found: 20, trueBoxes: 20 });
    expect(basis).toBe(
      'Measured on 1 picture with 20 products. Fewer than 10 pictures say little about other shelves.',
    );
    expect(works).toEqual([]);
    expect(unsure[0]).toMatch(
      /^100 % of the products are found \(20 of 20; 95 % interval 83 to 100 %\)\. That may be above or/,
    );
    expect(unsure).toHaveLength(3);
    // There is nothing wrong to look at.
    expect(next).toHaveLength(1);
    expect(next[0]).toMatch(/^Label 9 more pictures, of other shelves/);
  });

  test('does not work when even the upper end is not good', () => {
    const { doesNotWork, next } = verdictOf({ right: 600, found: 1000, trueBoxes: 1000, countError: 0.3 });
    expect(doesNotWork).toEqual([
      expect.stringMatching(/^60 % of the products are found .*That is below 90 %/),
      expect.stringMatching(/^60 % of the boxes found are products .*That is below 90 %/),
      'Counts are off by 30.0 %. Up to 10 % counts as good.',
    ]);
    expect(next).toEqual([expect.stringMatching(/^Look at the misses and the false alarms \(--overlays DIR\)/)]);
  });
});

describe('what to do next', () => {
  test('is another threshold where that gains enough', () => {
    const { next } = verdictOf({ right: 850, found: 860, trueBoxes: 1000, bestF1: 0.95 }, [detector(0.4)]);
    expect(next[0]).toBe(
      "Set the detector's threshold to 0.4 (variants.int8.threshold in a/1/manifest.json; now 0.544): on these pictures F1 " +
        'rises from 0.914 to 0.950. Confirm it on others, since these pictures chose it.',
    );
    const kept = verdictOf({ right: 850, found: 860, trueBoxes: 1000 }, [detector(null)]);
    expect(kept.next.join()).not.toContain('threshold');
  });

  test('is to come nearer where narrow products are missed', () => {
    const measured = { right: 900, found: 910, trueBoxes: 1000 };
    const { doesNotWork, next } = verdictOf({ ...measured, narrow: { found: 50, trueBoxes: 100 } });
    expect(doesNotWork).toContainEqual(
      expect.stringMatching(/^Products narrower than 20 px .*: 50 % of them are found \(50 of 100; /),
    );
    expect(next).toContainEqual(
      expect.stringMatching(/^Photograph the shelf from nearer.* at least 1\/40 of the picture's longer/),
    );
    // As many as of the others, or too few to tell.
    for (const narrow of [
      { found: 90, trueBoxes: 100 },
      { found: 1, trueBoxes: 2 },
    ]) {
      expect(verdictOf({ ...measured, narrow }).next.join()).not.toContain('nearer');
    }
  });

  const boxes = { right: 960, found: 990, trueBoxes: 1000 };

  test('is to name less where names are wrong, and to look at what is mistaken', () => {
    const naming = named({
      items: { right: 200, wrong: 40, open: 20 },
      confusions: [{ truth: 'jam', takenFor: 'tea', boxes: 40, named: 40 }],
    });
    const { doesNotWork, next } = verdictOf({ ...boxes, naming }, [accept(0.9)]);
    expect(doesNotWork).toEqual([expect.stringMatching(/^83 % of the names given are right \(200 of 240; /)]);
    expect(next).toEqual([
      'Name less, and more surely: raise verification.acceptConfidence in pipelines/a.json from 0.7 to 0.9.',
      'Compare the catalogue pictures of jam and tea: the first is named as the second.',
    ]);
  });

  test('is to name more, and to add reference pictures, where much is left open', () => {
    const naming = named({ items: { right: 300, wrong: 0, open: 700 }, coverage: 0.3, likeliestRight: 0.8 });
    const { works, doesNotWork, next } = verdictOf({ ...boxes, naming }, [accept(0.5)]);
    expect(works).toContainEqual(expect.stringMatching(/^100 % of the names given are right/));
    expect(doesNotWork).toEqual([expect.stringMatching(/^30 % of the items that are found are named/)]);
    expect(next).toEqual([
      expect.stringMatching(
        /^Name more: lower verification\.acceptConfidence .* from 0\.7 to 0\.5\. .* right for 80 % of the items/,
      ),
      expect.stringMatching(/^Add reference pictures of the items that stay open/),
    ]);
  });

  test('is no other threshold for names as long as it is not certain that they are bad', () => {
    const naming = named({ items: { right: 255, wrong: 3, open: 1 } });
    const { unsure, next } = verdictOf({ ...boxes, naming }, [accept(0.9)]);
    expect(unsure).toEqual([expect.stringMatching(/^99 % of the names given are right \(255 of 258; /)]);
    expect(next).toEqual([expect.stringMatching(/^Use it as it is/)]);
  });

  test('mentions products in no catalogue that are named', () => {
    const { doesNotWork } = verdictOf({ ...boxes, naming: named({ foreign: { named: 40, open: 60 } }) });
    expect(doesNotWork).toContainEqual(
      expect.stringMatching(/^60 % of the products that are not in the catalogue are left unnamed/),
    );
  });
});

test('the verdict is printed in parts, without those that are empty', () => {
  const verdict = {
    basis: 'Measured on 2 pictures.',
    works: ['A.', 'B.'],
    doesNotWork: [],
    unsure: ['C.'],
    next: ['D.'],
  };
  expect(formatVerdict(verdict)).toBe(
    'Verdict. Measured on 2 pictures.\nWorks:\n  - A.\n  - B.\nCannot be told from so few:\n  - C.\nWhat to do next:\n  - D.',
  );
});

describe("a task's threshold", () => {
  test.each([
    [{ detector: 0.544, pipeline: 0.5 }, 0.544],
    [{ detector: 0.25, pipeline: 0.5 }, 0.5],
  ])('of %o has boxes reported from the objectness that was wanted', (thresholds, standard) => {
    expect(defaultThreshold(thresholds)).toBe(standard);
    for (const wanted of [0.1, 0.3, 0.5, 0.544, 0.6]) {
      const ofTask = taskThresholdFor(wanted, thresholds, false)!;
      // What the engine makes of it: boxes pass the detector, then the task.
      const passed = Math.max(objectnessThreshold(thresholds.detector, thresholds.pipeline, ofTask), ofTask);
      expect(passed).toBeCloseTo(wanted < standard || wanted > standard ? wanted : standard, 9);
    }
  });

  test('is none above the default where products are named: it would drop names', () => {
    expect(taskThresholdFor(0.6, { detector: 0.544, pipeline: 0.5 }, true)).toBeNull();
  });
});
