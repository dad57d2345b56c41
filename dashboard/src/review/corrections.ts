import type { ApolloClient } from '@apollo/client';
import type { PartBox } from '../analysis/found-product.ts';
import { newIdempotencyKey } from '../graphql/idempotency-key.ts';
import type { BoxInput, CorrectionTarget, CorrectionVerdictInput } from '../graphql/schema-types.generated.ts';
import { untilAnswered } from '../graphql/until-answered.ts';
import type { Verdict } from './facings.ts';
import { CorrectDocument, RemoveCorrectionsDocument } from './review.generated.ts';

/** What a person says, about facings that were found or about one that was missed. */
export interface Decision {
  verdict: Verdict;
  detectionIds: readonly string[];
  newBox?: PartBox;
  /** Where the first of the facings really is. Absent: where it was found, or where somebody put it before. */
  changedBox?: PartBox | undefined;
}

export interface Correction {
  id: string;
  status: 'APPLIED' | 'PROPOSED';
  catalogItem: { id: string } | null;
}

const never = new AbortController().signal;

/**
 * Saves a decision, however long there is no network.
 * @param boxes of the facings that are not where they were found, by id
 * @throws Error in the API's words if a part of it is not accepted
 */
export async function saveDecision(
  apollo: ApolloClient,
  analysisId: string,
  decision: Decision,
  boxes: ReadonlyMap<string, PartBox>,
): Promise<Correction[]> {
  const { verdict, detectionIds, newBox } = decision;
  const targets: CorrectionTarget[] = [
    ...detectionIds.map((detectionId) => {
      const box = boxes.get(detectionId);
      return box ? { changedBox: { detectionId, box: toInputBox(box) } } : { detectionId };
    }),
    ...(newBox ? [{ newBox: { analysisId, box: toInputBox(newBox) } }] : []),
  ];
  if (verdict.kind !== 'NEW_ITEM') return correct(apollo, targets, toInput(verdict));
  // The first one makes the item, the others are it: each would make one of its own.
  const [first, ...others] = targets;
  const [created] = await correct(apollo, first ? [first] : [], { newItem: { name: verdict.name } });
  if (!created?.catalogItem || others.length === 0) return created ? [created] : [];
  return [created, ...(await correct(apollo, others, { catalogItemId: created.catalogItem.id }))];
}

async function correct(
  apollo: ApolloClient,
  targets: readonly CorrectionTarget[],
  verdict: CorrectionVerdictInput,
): Promise<Correction[]> {
  const corrections = targets.map((target) => ({ target, verdict }));
  const variables = { input: { corrections, idempotencyKey: newIdempotencyKey() } };
  const { data } = await untilAnswered(
    () => apollo.mutate({ mutation: CorrectDocument, variables, fetchPolicy: 'no-cache' }),
    never,
  );
  const payload = data!.correctDetections;
  if ('message' in payload) throw new Error(payload.message);
  const refused = payload.results.find((result) => 'message' in result);
  if (refused) throw new Error(refused.message);
  return payload.results.flatMap((result) => ('id' in result ? [result] : []));
}

/** Takes corrections back. @throws Error in the API's words */
export async function undoDecision(apollo: ApolloClient, corrections: readonly Correction[]): Promise<void> {
  const variables = { ids: corrections.map(({ id }) => id) };
  const { data } = await untilAnswered(
    () => apollo.mutate({ mutation: RemoveCorrectionsDocument, variables, fetchPolicy: 'no-cache' }),
    never,
  );
  const refused = data!.removeCorrections.results.find((result) => 'message' in result);
  if (refused && 'message' in refused) throw new Error(refused.message);
}

function toInputBox({ x, y, width, height }: PartBox): BoxInput {
  return { x, y, width, height, unit: 'NORMALIZED' };
}

function toInput(verdict: Exclude<Verdict, { kind: 'NEW_ITEM' }>): CorrectionVerdictInput {
  if (verdict.kind === 'ITEM') return { catalogItemId: verdict.itemId };
  return verdict.kind === 'UNKNOWN' ? { unknown: true } : { notAProduct: true };
}
