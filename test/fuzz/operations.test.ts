import fc from 'fast-check';
import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { answer as readAnswer } from '../support/client.ts';
import { faultsOf } from './support/check-answer.ts';
import { drawFrom } from './support/draw.ts';
import { type Operation, operation } from './support/operations.ts';
import { announce, runs, seed } from './support/runs.ts';
import { hangLimitMs, startTarget, type Target } from './support/target.ts';
import { createWorld, type World } from './support/world.ts';

const marker = 'BELONGS-TO-SOMEBODY-ELSE';
/** Sent together: enough to meet each other, few enough to know which one was at fault. */
const atOnce = 10;

test('operations of every kind are answered without a fault, and without anything of another organisation', async () => {
  const target = await startTarget();
  const own = await createWorld(target, 'ours');
  const other = await createWorld(target, marker);
  const schema = await introspect(own);
  const ids = { own: own.ids, foreign: other.ids };
  const count = runs(10_000);
  announce('operations', count);
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const draw = drawFrom(gen);
      const asked = Array.from({ length: atOnce }, () =>
        operation(draw, schema, draw.chance(0.7) ? 'query' : 'mutation', ids),
      );
      const faults = await Promise.all(asked.map((one) => faultsOfSending(target, own, one, other)));
      expect([...faults.flat(), ...target.troubles()]).toEqual([]);
    }),
    { seed, numRuns: Math.ceil(count / atOnce), endOnFailure: true },
  );
});

async function introspect({ user }: World): Promise<GraphQLSchema> {
  return buildClientSchema(await user.run(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true })));
}

async function faultsOfSending(target: Target, own: World, one: Operation, other: World): Promise<string[]> {
  // A key of its own, since operations also revoke keys.
  const apiKey = await target.createKey(own.organizationId);
  const answer = await fetch(`${target.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify(one),
    signal: AbortSignal.timeout(hangLimitMs),
  }).then(readAnswer);
  return faultsOf(answer, one, { ids: other.ids, marker }).map((fault) => `${fault}\n${JSON.stringify(one)}`);
}
