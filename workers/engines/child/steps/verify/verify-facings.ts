import type { MatchingSettings, VerificationSettings } from '../../../../../src/models/pipeline-file.ts';
import { confirmVerification } from '../../../../../src/recognition/local-features/confirm.ts';
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
import type { ItemMatrix, WantedFeatures } from '../../../protocol/item-matrix.ts';
import { FacingGroup } from './facing-group.ts';
import type { FeatureScope, ItemFeatures } from './item-features.ts';

/** Pictures of an item that are compared, the first ones: every further picture costs as much as another item. */
const mostPictures = 3;
/** Pictures that corrections taught an item, the most similar ones to the facing; they are compared in addition. */
export const mostReferences = 3;

export interface VerificationContext {
  verification: VerificationSettings;
  matching: MatchingSettings;
  items: ItemMatrix;
  features: ItemFeatures;
  scope: FeatureScope;
  topCandidates: number;
  /** true: the rest of a group takes the name that its first ones agree on (smoothNeighbors), and is not compared itself. */
  spreads: boolean;
  /** Finds the features in the regions of facings, of some in advance: they are requested in this order. */
  lookAhead(order: readonly number[]): (facing: number) => Promise<LocalFeatures>;
}

/**
 * Names facings by their local features. The first facings of a group are compared with the most similar items, the others only
 * with the best of these, or not at all if the first ones leave no doubt. The first facings of all groups come first, then the
 * second ones: meanwhile the features of other groups are found ahead, not those of a facing that may turn out to need none.
 * @param groups every facing is in one group, alone or with similar neighbours; the first ones of each are compared first.
 */
export async function verifyFacings(
  facings: readonly Facing[],
  groups: readonly (readonly number[])[],
  context: VerificationContext,
): Promise<DecidedNaming[]> {
  const namings: DecidedNaming[] = [];
  const { perGroup } = context.verification;
  for (const turns of planRounds(groups, perGroup)) {
    const compared = turns.filter(({ group }) => group.next(perGroup, context.spreads) !== 'NONE');
    const look = context.lookAhead(compared.map(({ index }) => index));
    for (const { group, index } of turns) {
      const facing = facings[index]!;
      namings[index] = group.isHopeless
        ? { ...namings[group.members[0]!]!, confidence: facing.box.score }
        : await nameNext(group, facing, () => look(index), context);
    }
  }
  return namings;
}

interface Turn {
  group: FacingGroup;
  /** The facing. */
  index: number;
}

/** One facing of each group in each of the first rounds, which decide for their groups; all others in the last one. */
function planRounds(groups: readonly (readonly number[])[], perGroup: number): Turn[][] {
  const all = groups.map((members) => new FacingGroup(members));
  const turns = (from: number, to?: number) =>
    all.flatMap((group) => group.members.slice(from, to).map((index) => ({ group, index })));
  return [...Array.from({ length: perGroup }, (_, round) => turns(round, round + 1)), turns(perGroup)];
}

async function nameNext(
  group: FacingGroup,
  facing: Facing,
  look: () => Promise<LocalFeatures>,
  context: VerificationContext,
): Promise<DecidedNaming> {
  const { verification, items, spreads } = context;
  const comparison = group.next(verification.perGroup, spreads);
  const likenesses = findLikenesses(facing.embedding, items);
  const candidates = {
    SHORTLIST: () => topIndexes(likenesses.similar, verification.shortlist),
    RIVALS: () => group.rivals,
    NONE: () => [],
  }[comparison]();
  const looked = await lookAt(look, { candidates, likenesses }, context);
  const naming = decide(facing, likenesses.similar, looked, context);
  if (comparison === 'SHORTLIST') group.note(naming, looked.items);
  return naming;
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
  const pictures = candidates.map((index) => ({
    own: ownPictures(items, index),
    taught: taughtPictures(items, index, likenesses),
  }));
  const ofCounterExamples = likenesses.counterExamples.map(({ index }) => ({
    itemId: null,
    pictureId: items.taught!.counterExamples.pictureIds[index]!,
  }));
  const known = await features.find(
    [...pictures.flatMap(({ own, taught }) => [...own, ...taught]), ...ofCounterExamples],
    scope,
  );
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
    items: candidates.map((index, rank) => {
      const { own, taught } = pictures[rank]!;
      const seen = taught.flatMap((picture) => {
        const verification = compare([picture]);
        return verification ? [{ verification, alone: picture.alone }] : [];
      });
      return { index, verification: confirmVerification(compare(own), seen) };
    }),
    counterExamples: likenesses.counterExamples.map((each, rank) => ({
      ...each,
      verification: compare([ofCounterExamples[rank]!]),
    })),
  };
}

/** The first pictures of an item. */
function ownPictures({ itemIds, pictureIds }: ItemMatrix, row: number): WantedFeatures[] {
  return pictureIds[row]!.slice(0, mostPictures).map((pictureId) => ({ itemId: itemIds[row]!, pictureId }));
}

/** Those that an item was taught that are most similar to the facing. */
function taughtPictures(
  { itemIds, taught }: ItemMatrix,
  row: number,
  { references: similar }: Likenesses,
): (WantedFeatures & { alone: boolean })[] {
  if (!taught) return [];
  const { rows, pictureIds, alone } = taught.references;
  return nearestReferences(rows, row, similar, mostReferences).map((index) => ({
    itemId: itemIds[row]!,
    pictureId: pictureIds[index]!,
    alone: alone[index]!,
  }));
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
