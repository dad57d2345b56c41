import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answer as readAnswer } from '../support/client.ts';
import { createUser, type Data, type User } from '../support/user.ts';
import { drawFrom } from './support/draw.ts';
import { mutate } from './support/mutate.ts';
import { originals } from './support/originals.ts';
import { announce, runs, seed } from './support/runs.ts';
import { startTarget } from './support/target.ts';

/** Recognised together, as a batch. */
const atOnce = 20;
/** A batch that takes longer hangs: each picture has ten seconds to be decoded in, and there are two threads. */
const batchLimitMs = 240_000;

test('broken pictures of nine formats are recognised or FAILED for a reason of their own, and nothing else', async () => {
  const target = await startTarget();
  const organizationId = await target.createOrganization('Pictures');
  const user = createUser({ url: target.url, apiKey: await target.createKey(organizationId) });
  const task = await user.run('mutation { createTask(input: { name: "Fuzz" }) { ... on Task { id } } }');
  const good = await originals();
  const others = good.map(({ bytes }) => bytes);
  const count = runs(2_000);
  announce('pictures', count);
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const draw = drawFrom(gen);
      const pictures = Array.from({ length: atOnce }, (_, index) => {
        const { format, bytes } = good[index % good.length]!;
        return { format, bytes: mutate(draw, bytes, others) };
      });
      const analyses = await recognise(user, task.createTask.id, pictures);
      expect([...analyses.flatMap(faultsOf), ...target.troubles()]).toEqual([]);
    }),
    { seed, numRuns: Math.ceil(count / atOnce), endOnFailure: true },
  );
  await user.close();
});

/** @returns what became of each, in the order of the pictures. */
async function recognise(user: User, taskId: string, pictures: readonly { bytes: Buffer }[]): Promise<Data[]> {
  const images = pictures.map(({ bytes }) => ({ source: { base64: bytes.toString('base64') } }));
  const response = await fetch(`${user.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': user.apiKey },
    body: JSON.stringify({ query: submit, variables: { input: { taskId, images, priority: 'INTERACTIVE' } } }),
    signal: AbortSignal.timeout(batchLimitMs),
  });
  const { body } = await readAnswer(response);
  const { id, eventCursor } = body.data.submitBatch.batch;
  const deadline = AbortSignal.timeout(batchLimitMs);
  for await (const _event of user.stream(ended, { id, after: eventCursor }))
    if (deadline.aborted) throw new Error(`The batch ${id} hangs.`);
  const { node } = await user.run(outcome, { id });
  return node.analyses.edges.map((edge: Data) => edge.node);
}

/** SUCCEEDED, or FAILED because of the picture. */
function faultsOf({ status, failure }: Data): string[] {
  if (status === 'SUCCEEDED') return [];
  const causes = ['INVALID_IMAGE', 'UNSUPPORTED_MEDIA', 'IMAGE_TOO_LARGE', 'PROCESSING_TIME_EXCEEDED'];
  if (status === 'FAILED' && causes.includes(failure.code)) return [];
  return [`${status} ${JSON.stringify(failure)}`];
}

const submit = /* GraphQL */ `
  mutation ($input: SubmitBatchInput!) {
    submitBatch(input: $input) { ... on SubmitBatchPayload { batch { id eventCursor } } ... on UserError { code message } }
  }
`;

const ended = /* GraphQL */ `
  subscription ($id: ID!, $after: String) { batchEvents(batchId: $id, after: $after) { __typename } }
`;

const outcome = /* GraphQL */ `
  query ($id: ID!) {
    node(id: $id) { ... on Batch { analyses(first: 100) { edges { node { status failure { code message } } } } } }
  }
`;
