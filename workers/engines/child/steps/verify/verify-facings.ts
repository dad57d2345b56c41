import type { MatchingSettings, VerificationSettings } from '../../../../../src/models/pipeline-file.ts';
import {
  type DecidedNaming,
  decideNaming,
  type Shortlisted,
  type VerifiedCounterExample,
} from '../../../../../src/recognition/local-features/decide.ts';
import type { LocalFeatures } from '../../../../../src/recognition/local-features/features.ts';
import { type Verification, verifyFeatures } from '../../../../../src/recognition/local-features/verify.ts';
import { topIndexes } from '../../../../../src/recognition/matching.ts';
import type { Facing } from '../../../../../src/recognition/smoothing.ts';
import { findLikenesses, type Likenesses, nearestReferences } from '../../../../../src/recognition/taught.ts';
import type { ItemMatrix, WantedFeatures } from '../../../protocol/jobs.ts';
import type { FeatureScope, ItemFeatures } from './item-features.ts';

/** Pictures of an item that are compared, the first ones: every further picture costs as much as another item. */
const mostPictures = 3;
/** Pictures that corrections taught an item, the most similar ones to the facing; they are compared in addition. */
export const mostReferences = 3;
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
      const likenesses = findLikenesses(facing.embedding, context.items);
      const candidates = !isSettled
        ? topIndexes(likenesses.similar, shortlist)
        : agree && context.spreads
          ? []
          : rivals;
      const looked = await lookAt(() => context.look(index), { candidates, likenesses }, context);
      const naming = decide(facing, likenesses.similar, looked, context);
      namings[index] = naming;
      if (isSettled) continue;
      looks += 1;
      rivals = [...new Set([...rivals, ...bestOf(looked.items)])];
      if (naming.itemId !== null) named.set(naming.itemId, (named.get(naming.itemId) ?? 0) + 1);
    }
  }
  return namings;
}

function decide(
  { box }: Facing,
  similar: Float32Array,
  looked: Looked,
  { verification, matching, items, topCandidates }: VerificationContext,
): DecidedNaming {
  const { itemIds } = items;
  const { counterExamples } = looked;
  return decideNaming(
    similar,
    itemIds,
    looked.items,
    box.score,
    verification,
    matching,
    topCandidates,
    counterExamples,
  );
}

/** What a facing was compared with. */
interface Looked {
  items: Shortlisted[];
  counterExamples: VerifiedCounterExample[];
}

/** Compares one facing with some items, given by their rows in the matrix, and with the counter-examples most similar to it. */
async function lookAt(
  look: () => Promise<LocalFeatures>,
  { candidates, likenesses }: { candidates: readonly number[]; likenesses: Likenesses },
  { items, features, scope }: VerificationContext,
): Promise<Looked> {
  if (candidates.length === 0) return { items: [], counterExamples: [] };
  const pictures = candidates.map((index) => picturesOf(items, index, likenesses));
  const ofCounterExamples = likenesses.counterExamples.map(({ index }) => ({
    itemId: null,
    pictureId: items.taught!.counterExamples.pictureIds[index]!,
  }));
  const known = await features.find([...pictures.flat(), ...ofCounterExamples], scope);
  if (known.size === 0) {
    const unseen = { verification: null };
    return {
      items: candidates.map((index) => ({ index, ...unseen })),
      counterExamples: likenesses.counterExamples.map((each) => ({ ...each, ...unseen })),
    };
  }
  scope.guard.check();
  const query = await look();
  const compare = (wanted: readonly WantedFeatures[]) =>
    compareWithViews(
      query,
      wanted.flatMap(({ pictureId }) => known.get(pictureId) ?? []),
    );
  return {
    items: candidates.map((index, rank) => ({ index, verification: compare(pictures[rank]!) })),
    counterExamples: likenesses.counterExamples.map((each, rank) => ({
      ...each,
      verification: compare([ofCounterExamples[rank]!]),
    })),
  };
}

/** The first pictures of an item, and those that it was taught that are most similar to the facing. */
function picturesOf(
  { itemIds, pictureIds, taught }: ItemMatrix,
  row: number,
  { references }: Likenesses,
): WantedFeatures[] {
  const first = pictureIds[row]!.slice(0, mostPictures);
  const itemId = itemIds[row]!;
  if (!taught) return first.map((pictureId) => ({ itemId, pictureId }));
  const nearest = nearestReferences(taught.references.rows, row, references, mostReferences);
  const learned = nearest.map((index) => taught.references.pictureIds[index]!);
  return [...first, ...learned].map((pictureId) => ({ itemId, pictureId }));
}

/** The best of the views of a product; null without any. */
function compareWithViews(query: LocalFeatures, views: readonly LocalFeatures[]): Verification | null {
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
