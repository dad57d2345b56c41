import { decodeId } from '../../../src/ids.ts';
import type { Detection } from '../../../src/recognition/detection.ts';
import { endAnalysis } from '../../support/ended-analyses.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createItem, createTask, expectType, failures, submitBatch } from '../../support/recognition.ts';
import type { TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

export const correctionFields = /* GraphQL */ `
  fragment CorrectionFields on Correction {
    id status verdict catalogItem { id } foundCatalogItem { id } analysis { id } detection { id } actor createdAt
    box { x y width height }
  }
`;

const correctMutation = /* GraphQL */ `
  mutation ($input: CorrectDetectionsInput!) {
    correctDetections(input: $input) {
      __typename
      ...Failures
      ... on CorrectDetectionsPayload { results { __typename ...Failures ...CorrectionFields } }
    }
  }
  ${failures}
  ${correctionFields}
`;

/** A row of correctDetections. */
export interface Row {
  target: Record<string, unknown>;
  verdict: Record<string, unknown>;
}

export async function tryCorrect(user: User, corrections: readonly Row[], idempotencyKey?: string): Promise<Data> {
  return (await user.run(correctMutation, { input: { corrections, idempotencyKey } })).correctDetections;
}

/** The outcome of each row. */
export async function correct(user: User, ...corrections: Row[]): Promise<Data[]> {
  return expectType(await tryCorrect(user, corrections), 'CorrectDetectionsPayload').results;
}

/** The correction of one row, which must be stored. */
export async function correctOne(user: User, row: Row): Promise<Data> {
  const [result] = await correct(user, row);
  return expectType(result, 'Correction');
}

export const found = (detectionId: string, verdict: Row['verdict']): Row => ({ target: { detectionId }, verdict });
export const missed = (analysisId: string, box: object, verdict: Row['verdict']): Row => ({
  target: { newBox: { analysisId, box } },
  verdict,
});
export const moved = (detectionId: string, box: object, verdict: Row['verdict']): Row => ({
  target: { changedBox: { detectionId, box } },
  verdict,
});
export const item = (catalogItemId: string) => ({ catalogItemId });
export const unknown = { unknown: true };
export const noProduct = { notAProduct: true };

/** A shop with two items and an analysis of a picture that shows some of them. */
export interface Shop {
  user: User;
  organizationId: string;
  taskId: string;
  tea: string;
  coffee: string;
  /** UUIDs, as results have them. */
  uuids: { tea: string; coffee: string };
  analysisId: string;
}

/** Three facings beside each other: tea, tea, and what is none of the items. */
export function threeFacings(uuids: Shop['uuids']): Partial<Detection>[] {
  const candidates = [{ itemId: uuids.tea, confidence: 0.8 }];
  const tea = { itemId: uuids.tea, matchedBy: 'APPEARANCE', candidates } as const;
  return [
    { ...tea, box: [100, 100, 100, 200], place: [0, 0, 0] },
    { ...tea, box: [210, 100, 100, 200], place: [0, 1, 0] },
    { box: [320, 100, 100, 200], place: [0, 2, 0] },
  ];
}

export async function createShop(
  sightline: TestSightline,
  { scopes = ['ADMIN'], placeId }: { scopes?: ('WRITE' | 'TEACH' | 'ADMIN')[]; placeId?: string } = {},
): Promise<Shop> {
  const { organizationId, apiKey } = await sightline.createTenant({ scopes });
  const user = createUser({ url: sightline.url, apiKey });
  const thumbnail = { base64: await pictureBase64() };
  const tea = (await createItem(user, { name: 'Tea', customId: 'tea', thumbnail })).id;
  const coffee = (await createItem(user, { name: 'Coffee', customId: 'coffee', thumbnail })).id;
  const uuids = { tea: decodeId('catalogItem', tea)!, coffee: decodeId('catalogItem', coffee)! };
  const taskId = await createTask(user, { computeShares: true, computeRealogram: true });
  const { ids } = await submitBatch(user, [{ source: thumbnail, placeId }], { taskId });
  await endAnalysis(sightline.database.db, ids[0]!, { detections: threeFacings(uuids) });
  return { user, organizationId, taskId, tea, coffee, uuids, analysisId: ids[0]! };
}

const detectionsQuery = /* GraphQL */ `
  query ($id: ID!, $basis: ResultBasis!) {
    node(id: $id) {
      ... on Analysis {
        detectionCount(basis: $basis)
        detections(basis: $basis) {
          id confidence objectness matchedBy catalogItem { id } correction { id status } box { x y width height }
        }
      }
    }
  }
`;

export async function readDetections(user: User, id: string, basis: 'FOUND' | 'CORRECTED'): Promise<Data[]> {
  const { node } = await user.run(detectionsQuery, { id, basis });
  if (node.detectionCount !== node.detections.length) throw new Error('detectionCount is another number.');
  return node.detections;
}

/** The ids of the items of the detections, in their order; null: none of the items. */
export async function readItems(user: User, id: string, basis: 'FOUND' | 'CORRECTED'): Promise<(string | null)[]> {
  return (await readDetections(user, id, basis)).map(({ catalogItem }) => catalogItem?.id ?? null);
}

export async function rerun(user: User, id: string): Promise<string> {
  const text = /* GraphQL */ `
    mutation ($ids: [ID!]!) {
      rerunAnalyses(input: { target: { ids: $ids }, scope: ALL }) {
        ... on SubmitBatchPayload { items { analysis { id } } }
      }
    }`;
  return (await user.run(text, { ids: [id] })).rerunAnalyses.items[0].analysis.id;
}

export async function approve(user: User, ...ids: string[]): Promise<Data[]> {
  const text = `mutation ($ids: [ID!]!) { approveCorrections(ids: $ids) {
    results { __typename ...Failures ...CorrectionFields } } } ${failures} ${correctionFields}`;
  return (await user.run(text, { ids })).approveCorrections.results;
}

export async function remove(user: User, ...ids: string[]): Promise<Data[]> {
  const text = `mutation ($ids: [ID!]!) { removeCorrections(ids: $ids) {
    results { __typename ...Failures ... on RemovedCorrection { id } } } } ${failures}`;
  return (await user.run(text, { ids })).removeCorrections.results;
}
