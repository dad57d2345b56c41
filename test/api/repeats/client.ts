import { type Move, moveAnalyses } from '../../../src/analyses/life.repository.ts';
import { decodeId } from '../../../src/ids.ts';
import { type Answer, request } from '../../support/client.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import type { TestSightline } from '../../support/sightline.ts';
import type { Data, User } from '../../support/user.ts';

const failures = /* GraphQL */ `
  fragment Failures on UserError {
    __typename message code
    ... on ValidationError { issues { path message } }
    ... on InsufficientCreditsError { required available }
    ... on QuotaExceededError { limit used }
    ... on IdempotencyConflictError { idempotencyKey }
  }
`;

export const submitBatch = /* GraphQL */ `
  mutation ($input: SubmitBatchInput!) { submitBatch(input: $input) {
    __typename ...Failures
    ... on SubmitBatchPayload {
      replayed
      batch { id eventCursor status total processing completed failed canceled creditsConsumed finishedAt task { id } }
      items { index replayed analysis { id status idempotencyKey image { id sha256 } batch { id } } }
    }
  } }
  ${failures}
`;

export const recognizeImage = /* GraphQL */ `
  mutation ($input: RecognizeImageInput!) { recognizeImage(input: $input) {
    __typename ...Failures
    ... on RecognizeImagePayload { replayed timedOut analysis { id status failure { code } } }
  } }
  ${failures}
`;

/** What submitBatch answers; `headers` for the request. */
export async function submit(
  user: User,
  input: Record<string, unknown>,
  headers?: Record<string, string>,
): Promise<Data> {
  const { body }: Answer = await request(user.url, {
    apiKey: user.apiKey,
    query: submitBatch,
    variables: { input },
    ...(headers && { headers }),
  });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data.submitBatch;
}

export async function recognize(user: User, input: Record<string, unknown>): Promise<Data> {
  return (await user.run(recognizeImage, { input })).recognizeImage;
}

/** A picture of this colour, as an input takes it. */
export async function imageOf(colour: string, more: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  return { source: { base64: await pictureBase64({ colour }) }, ...more };
}

/** Brings an analysis to its end, as a worker writes it. */
export async function end(
  { database }: TestSightline,
  analysisId: string,
  end: Pick<Move, 'to' | 'failure'>,
  { ran = true } = {},
): Promise<void> {
  const move = { analysisId: decodeId('analysis', analysisId)!, agoMs: 0 };
  await database.db
    .transaction()
    .execute((trx) => moveAnalyses(trx, [...(ran ? [{ ...move, to: 'RUNNING' } as const] : []), { ...move, ...end }]));
}

/** Makes keys as old as that. */
export async function ageKeys({ database }: TestSightline, hours: number): Promise<void> {
  for (const table of ['idempotency_key', 'analysis_key'])
    await database.pool.query(`update ${table} set created_at = created_at - $1 * interval '1 hour'`, [hours]);
}
