import { describe, expect, test } from 'vitest';
import type { FoundLabel } from '../../../../src/recognition/labels.ts';
import { blurChoices } from '../../../../src/recognition/objects/blur.ts';
import type { FoundObject } from '../../../../src/recognition/objects/found-object.ts';
import { smoothHerd } from '../../../../src/recognition/objects/herd.ts';
import { judgeObjects } from '../../../../src/recognition/objects/judge-objects.ts';
import { lookAgain } from '../../../../src/recognition/objects/second-look.ts';
import { selectObjects } from '../../../../src/recognition/objects/select-objects.ts';

test('what hides more comes first by the alphabet, which SQL goes by', () => {
  expect([...blurChoices].sort()).toEqual([...blurChoices].reverse());
});

const classes = [
  { name: 'person', group: 'person' },
  { name: 'cat', group: 'animal' },
  { name: 'dog', group: 'animal' },
  { name: 'cup', group: 'household' },
];
const box = (x: number, score: number, label: number, width = 100) => ({ x, y: 0, width, height: 100, score, label });

/** Chances of two cats, a horse and a shirt. */
function chances(tabby: number, siamese: number, horse: number): FoundLabel[] {
  const animal = (name: string, confidence: number) => ({ name, group: 'animal', confidence });
  const shirt = { name: 'shirt', group: 'other', confidence: 1 - tabby - siamese - horse };
  return [animal('tabby', tabby), animal('siamese', siamese), animal('horse', horse), shirt];
}

const groups = ['person', 'animal'];

describe('of boxes', () => {
  const select = (boxes: ReturnType<typeof box>[]) =>
    selectObjects(boxes, classes, { groups, sameThingIou: 0.7 }).map(({ label }) => label);

  test('only those of the groups are kept, most certain first', () => {
    expect(select([box(0, 0.5, 1), box(500, 0.9, 3), box(900, 0.8, 0)])).toEqual([
      { name: 'person', group: 'person', confidence: 0.8 },
      { name: 'cat', group: 'animal', confidence: 0.5 },
    ]);
  });

  test('of different classes around one thing, the most certain is kept', () => {
    expect(select([box(0, 0.4, 1), box(5, 0.6, 0), box(80, 0.5, 2)]).map(({ name }) => name)).toEqual([
      'person',
      'dog',
    ]);
  });
});

describe('a second look', () => {
  const rule = { groups, nameGroups: ['animal'], nameFrom: 0.3, overruleFrom: 0.8 };
  const object = (at: ReturnType<typeof box>): FoundObject => ({
    box: at,
    label: { ...classes[at.label]!, confidence: at.score },
  });
  const look = (...all: [ReturnType<typeof box>, FoundLabel[]][]) =>
    lookAgain(
      all.map(([at, found]) => ({ object: object(at), chances: found })),
      rule,
    ).map(({ label }) => `${label.name} (${label.group})`);

  test('names the species from a chance on, and keeps the class below it', () => {
    expect(look([box(0, 0.6, 1), chances(0.5, 0.2, 0)])).toEqual(['tabby (animal)']);
    expect(look([box(0, 0.6, 1), chances(0.2, 0.1, 0)])).toEqual(['cat (animal)']);
  });

  test('makes an animal of a person where the labels of animals together are certain enough', () => {
    expect(look([box(0, 0.6, 0), chances(0.45, 0.4, 0)])).toEqual(['tabby (animal)']);
    expect(look([box(0, 0.6, 0), chances(0.4, 0.3, 0)])).toEqual(['person (person)']);
  });

  test('leaves the rider a person: the horse has a box of its own', () => {
    const horse: [ReturnType<typeof box>, FoundLabel[]] = [box(20, 0.7, 2), chances(0, 0, 0.95)];
    expect(look([box(0, 0.6, 0), chances(0, 0, 0.9)], horse)).toEqual(['person (person)', 'horse (animal)']);
  });

  test('never names people', () => {
    expect(look([box(0, 0.6, 0), chances(0, 0, 0)])).toEqual(['person (person)']);
  });
});

describe('a herd', () => {
  const animal = (name: string, confidence: number): FoundObject => ({
    box: box(0, 0.5, 1),
    label: { name, group: 'animal', confidence },
  });
  const smooth = (all: [FoundObject, FoundLabel[]][]) =>
    smoothHerd(
      all.map(([object]) => object),
      all.map(([object, found]) => ({ object, chances: found })),
      { groups: ['animal'], alikeFrom: 0.6 },
    ).map(({ label }) => [label.name, label.confidence]);

  test('takes the label that most of it have, with their mean confidence', () => {
    const members: [FoundObject, FoundLabel[]][] = [
      [animal('tabby', 0.6), chances(0.6, 0.4, 0)],
      [animal('tabby', 0.5), chances(0.5, 0.4, 0)],
      [animal('siamese', 0.5), chances(0.4, 0.5, 0)],
    ];
    expect(smooth(members)).toEqual([
      ['tabby', 0.6],
      ['tabby', 0.5],
      ['tabby', 0.55],
    ]);
  });

  test('has only animals that look alike', () => {
    const members: [FoundObject, FoundLabel[]][] = [
      [animal('tabby', 0.9), chances(0.9, 0.1, 0)],
      [animal('tabby', 0.9), chances(0.9, 0.1, 0)],
      [animal('horse', 0.9), chances(0, 0, 0.95)],
    ];
    expect(smooth(members).at(-1)).toEqual(['horse', 0.9]);
  });

  test('does not spread a single name', () => {
    const members: [FoundObject, FoundLabel[]][] = [
      [animal('tabby', 0.5), chances(0.5, 0.5, 0)],
      [animal('siamese', 0.5), chances(0.5, 0.5, 0)],
    ];
    expect(smooth(members).map(([name]) => name)).toEqual(['tabby', 'siamese']);
  });
});

describe('a picture', () => {
  const cat: FoundObject = { box: box(0, 0.6, 1), label: { name: 'tabby', group: 'animal', confidence: 0.5 } };
  const rule = { groups, wholeFrom: 0.5, threshold: 0.4, topCandidates: 1 };
  const accepted = (objects: FoundObject[], whole: FoundLabel[], acceptGroups: string[], threshold = 0.4) =>
    judgeObjects(objects, whole, { ...rule, acceptGroups, threshold }).accepted;

  test('is accepted by a box', () => {
    expect(accepted([cat], chances(0, 0, 0), ['animal'])).toBe(true);
    expect(accepted([cat], chances(0, 0, 0), ['person'])).toBe(false);
    expect(accepted([cat], chances(0, 0, 0), ['animal'], 0.7)).toBe(false);
  });

  test('is accepted by labels that only together are certain enough', () => {
    expect(accepted([], chances(0.2, 0.2, 0.2), ['animal'])).toBe(true);
    expect(accepted([], chances(0.2, 0.1, 0.1), ['animal'])).toBe(false);
  });

  test('has each label once, with its highest confidence', () => {
    const { labels, accepted: none } = judgeObjects([cat, cat], chances(0.7, 0, 0), { ...rule, acceptGroups: null });
    expect(labels).toEqual([{ name: 'tabby', group: 'animal', confidence: 0.7 }]);
    expect(none).toBeNull();
  });
});
