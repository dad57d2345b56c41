import type { MatchingSettings, VerificationSettings } from '../../../../../src/models/pipeline-file.ts';
import {
  type DecidedNaming,
  decideNaming,
  type Shortlisted,
} from '../../../../../src/recognition/local-features/decide.ts';
import type { LocalFeatures } from '../../../../../src/recognition/local-features/features.ts';
import { type Verification, verifyFeatures } from '../../../../../src/recognition/local-features/verify.ts';
import { cosines, topIndexes } from '../../../../../src/recognition/matching.ts';
import type { Facing } from '../../../../../src/recognition/smoothing.ts';
import type { ItemMatrix } from '../../../protocol/jobs.ts';
import type { FeatureScope, ItemFeatures } from './item-features.ts';

/** Pictures of an item that are compared, the first ones: every further picture costs as much as another item. */
const mostPictures = 3;
/** How many items the rest of a group is compared with: the best for each of its first facings. */
const mostRivals = 3;
/** This many facings of a group with the same item decide for the group. */
const agreeing = 2;

export interface VerificationContext {
  verification: VerificationSettings;
  matching: MatchingSettings;
  items: ItemMatrix;
  features: ItemFeatures;
  scope: FeatureScope;
  topCandidates: number;
  /** true: the rest of a group takes the name that its first ones agree on (smoothNeighbors), and is not compared itself. */
  spreads: boolean;
  /** Finds the features in a facing's region. */
  look(facing: number): Promise<LocalFeatures>;
}

/**
 * Names facings by their local features, group by group. The first facings of a group are compared with the most similar items, the
 * others only with the best of these.
 * @param groups every facing is in one group, alone or with similar neighbours; the first ones of each are compared first.
 */
export async function verifyFacings(
  facings: readonly Facing[],
  groups: readonly (readonly number[])[],
  context: VerificationContext,
): Promise<DecidedNaming[]> {
  const namings: DecidedNaming[] = [];
  for (const group of groups) {
    let rivals: number[] = [];
    const named = new Map<string, number>();
    let looks = 0;
    for (const index of group) {
      const { perGroup, shortlist } = context.verification;
      const agree = Math.max(0, ...named.values()) >= agreeing;
      const isSettled = agree || looks >= perGroup;
      const facing = facings[index]!;
      const similar = cosines(facing.embedding, context.items);
      const candidates = !isSettled ? topIndexes(similar, shortlist) : agree && context.spreads ? [] : rivals;
      const looked = candidates.length === 0 ? [] : await lookAt(() => context.look(index), candidates, context);
      const naming = decide(facing, similar, looked, context);
      namings[index] = naming;
      if (isSettled) continue;
      looks += 1;
      rivals = [...new Set([...rivals, ...bestOf(looked)])];
      if (naming.itemId !== null) named.set(naming.itemId, (named.get(naming.itemId) ?? 0) + 1);
    }
  }
  return namings;
}

function decide(
  { box }: Facing,
  similar: Float32Array,
  looked: readonly Shortlisted[],
  { verification, matching, items, topCandidates }: VerificationContext,
): DecidedNaming {
  return decideNaming(similar, items.itemIds, looked, box.score, verification, matching, topCandidates);
}

/** Compares one facing with some items, given by their rows in the matrix. */
async function lookAt(
  look: () => Promise<LocalFeatures>,
  candidates: readonly number[],
  { items, features, scope }: VerificationContext,
): Promise<Shortlisted[]> {
  const wanted = candidates.flatMap((index) =>
    picturesOf(items, index).map((pictureId) => ({ itemId: items.itemIds[index]!, pictureId })),
  );
  const known = await features.find(wanted, scope);
  if (known.size === 0) return candidates.map((index) => ({ index, verification: null }));
  scope.guard.check();
  const query = await look();
  return candidates.map((index) => {
    const views = picturesOf(items, index).flatMap((pictureId) => known.get(pictureId) ?? []);
    return { index, verification: compareWithItem(query, views) };
  });
}

function picturesOf({ pictureIds }: ItemMatrix, index: number): string[] {
  return pictureIds[index]!.slice(0, mostPictures);
}

/** The best of an item's views; null without any. */
function compareWithItem(query: LocalFeatures, views: readonly LocalFeatures[]): Verification | null {
  let best: Verification | null = null;
  for (const view of views) {
    const verification = verifyFeatures(query, view);
    if (best === null || verification.score > best.score) best = verification;
  }
  return best;
}

function bestOf(looked: readonly Shortlisted[]): number[] {
  const score = ({ verification }: Shortlisted) => verification?.score ?? 0;
  return [...looked]
    .sort((a, b) => score(b) - score(a))
    .slice(0, mostRivals)
    .map(({ index }) => index);
}
